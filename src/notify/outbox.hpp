#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "scale_fleet/core/retry_delay.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/notify/notifier.hpp"

namespace scale_fleet {

/// Notices on their way to one place: those that wait, and one sending. Decides what is sent when,
/// and what a reply means; sends nothing itself.
class Outbox {
 public:
  struct Limits {
    std::size_t waiting = 1'000;                  ///< Of more the oldest go.
    std::size_t at_once = 1;                      ///< Notices in one sending.
    Duration timeout = std::chrono::seconds(10);  ///< Of a sending, with its repetitions.
    RetryPolicy retry = {
        .retries = 4, .base = std::chrono::milliseconds(500), .cap = std::chrono::seconds(4)};
  };

  explicit Outbox(Limits limits) : limits_(limits) {}

  void put(Notice notice);

  /// What is to be sent now, as a try that settle() ends. None while one is under way, in a pause,
  /// or where nothing waits.
  std::vector<Notice> begin(TimePoint now);

  /// When begin() has something again or the try under way has had its time, whichever can come;
  /// TimePoint::max() where nothing will.
  TimePoint next() const;

  /// Whether the try under way has had its time without a reply.
  bool is_overdue(TimePoint now) const { return is_under_way_ && now >= deadline_; }

  /// What people should hear of a sending that was given up.
  struct GivenUp {
    std::size_t notices = 0;
    bool is_news = true;  ///< The first of its kind since something was sent.
  };

  /// Takes in how a try ended; `random` is from [0, 1). Something where the sending is given up.
  std::optional<GivenUp> settle(const HttpResult& result, TimePoint now, double random);

  /// True once after notices began to be dropped, until none wait.
  bool take_overflow();

  bool is_empty() const { return waiting_.empty() && sending_.empty(); }

  /// Drops all that isn't sent; how many.
  std::size_t drop_all();

  /// Without the place's name.
  const NoticeCounts& counts() const { return counts_; }

 private:
  enum class Overflow { none, new_one, told };

  /// Two failures of the same kind need telling once.
  struct Kind {
    std::optional<TransportFailure> failure;
    int status = 0;

    bool operator==(const Kind&) const = default;
  };

  bool is_news(const Kind& kind);

  Limits limits_;
  std::deque<Notice> waiting_;
  std::vector<Notice> sending_;  // From its first try to its end.
  bool is_under_way_ = false;    // A try of it is.
  int failures_ = 0;             // Tries of it that failed.
  TimePoint deadline_;           // Of all its tries.
  TimePoint not_before_;         // Of the next try.
  Overflow overflow_ = Overflow::none;
  std::vector<Kind> told_;
  NoticeCounts counts_;
};

}  // namespace scale_fleet
