#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "notify/notice_receiver.hpp"
#include "scale_fleet/notify/notifier.hpp"
#include "scale_fleet/notify/occasions.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// The path of a Slack webhook's URL, which nobody may see.
inline constexpr const char* secret_path = "/services/T0SECRET/B0SECRET/xSECRETx";

/// What no test takes unless it waits for a server that hangs.
inline constexpr auto far_less_than_a_hang = std::chrono::seconds(20);

/// What a notifier needs, and what it has complained of.
class NotifierWorld {
 public:
  std::unique_ptr<Notifier> notifier(const NotifyPlaces& places) {
    auto made = make_notifier(places, clock_, system_wall_time, 1, [this](const std::string& what) {
      const std::scoped_lock guard(mutex_);
      troubles_.push_back(what);
      changed_.notify_all();
    });
    INFO((made ? "" : made.error().message));
    REQUIRE(made);
    return std::move(*made);
  }

  const Clock& clock() const { return clock_; }

  std::vector<std::string> await_troubles(std::size_t count) {
    std::unique_lock guard(mutex_);
    const bool came = changed_.wait_for(
        guard, std::chrono::seconds(40), [&] { return troubles_.size() >= count; });
    INFO(troubles_.size() << " troubles of " << count);
    REQUIRE(came);
    return troubles_;
  }

  std::vector<std::string> troubles() { return await_troubles(0); }

  /// The counts, once each place is done with so many notices.
  std::vector<NoticeCounts> settled_counts(const Notifier& notifier, std::uint64_t notices) {
    const auto is_settled = [&](const std::vector<NoticeCounts>& all) {
      return std::ranges::all_of(all, [&](const NoticeCounts& place) {
        return place.sent + place.failed + place.dropped == notices;
      });
    };
    const auto pace = make_curl_http_client({.endpoint = *Endpoint::parse(pacer_.url())}, clock_);
    const auto until = clock_.now() + std::chrono::seconds(40);
    RequestId turn = 0;
    auto counts = notifier.counts();
    while (!is_settled(counts) && clock_.now() < until) {
      (*pace)->start(++turn, {});
      (*pace)->wait(until);
      counts = notifier.counts();
    }
    REQUIRE(is_settled(counts));
    return counts;
  }

  Notice notice(const std::string& summary) {
    return stamped(scaled_service("web", ScaleDirection::up, NoticeStatus::success, summary),
                   system_wall_time(),
                   ++last_random_);
  }

 private:
  SignalStopRequest stop_;
  SystemClock clock_{stop_};
  /// Each turn of a test that looks again and again asks it something that takes its time.
  NoticeReceiver pacer_{always({.delay = std::chrono::milliseconds(5)})};
  std::uint32_t last_random_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> troubles_;
};

}  // namespace scale_fleet
