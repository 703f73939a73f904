#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/metrics/metric_source.hpp"

namespace scale_fleet {

/// Where a source's thread leaves what it has read, until it is taken. Callable on any thread.
class Mailbox {
 public:
  /// How long a failure is told: in one reading, or in each that has no value of its metric, until
  /// there is one again.
  enum class FailuresLast { once, until_a_value };

  /// Points kept; of a series that has more, the newest stay, and those dropped count as bad.
  static constexpr std::size_t most_points = 100'000;

  Mailbox(const std::vector<std::string>& metrics,
          FailuresLast failures_last,
          std::size_t points = most_points)
      : unread_(metrics.begin(), metrics.end()), failures_last_(failures_last), points_(points) {}

  void put(const Reading& reading);
  /// This metric can be read again, though it has no new value.
  void recover(const std::string& metric);
  /// All metrics failed for the same reason.
  void fail(const std::vector<std::string>& metrics, const std::string& why);

  Reading take();
  /// Until each metric has had a point, a failure or a recovery, at most so long.
  void await_first(Duration at_most);

 private:
  void add(const Reading::Point& point);
  void drop_older_halves();
  void mark_read(const std::string& metric);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::map<std::string, Series>> series_;  // By metric, by instance.
  std::size_t count_ = 0;                                        // Of samples in series_.
  std::map<std::string, std::string> failures_;                  // By metric.
  std::size_t bad_values_ = 0;
  std::set<std::string> unread_;
  FailuresLast failures_last_;
  std::size_t points_;
};

}  // namespace scale_fleet
