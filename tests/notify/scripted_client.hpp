#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// A clock that moves only when a ScriptedClient waits.
class ScriptedClock : public Clock {
 public:
  TimePoint now() const override {
    const std::scoped_lock guard(mutex_);
    return now_;
  }

  void wait_until(TimePoint until) override {
    const std::scoped_lock guard(mutex_);
    now_ = std::max(now_, until);
  }

 private:
  mutable std::mutex mutex_;
  TimePoint now_{std::chrono::hours(1)};
};

/// A server far away, on simulated time: each request in turn has its reply so much later, or
/// never. Waiting for a reply takes no time at all; with nothing to wait for, wait() blocks until
/// somebody wakes it, and before release() it blocks anyway.
class ScriptedClient : public HttpClient {
 public:
  struct Reply {
    HttpResult result;
    std::optional<Duration> after = Duration{};  ///< Empty: it never comes.
  };

  /// `requests` gets the moment and the body of each; a request beyond the script has a 200 at
  /// once.
  ScriptedClient(ScriptedClock& clock,
                 std::vector<Reply> script,
                 std::vector<std::pair<TimePoint, std::string>>& requests)
      : clock_(clock), script_(std::move(script)), requests_(requests) {}

  void start(RequestId id, const HttpRequest& request) override {
    const auto turn = requests_.size();
    requests_.emplace_back(clock_.now(), request.body);
    const auto reply = turn < script_.size() ? script_[turn] : Reply{.result = HttpResponse{}};
    if (!reply.after) return;
    to_come_.emplace(clock_.now() + *reply.after, EndedRequest{.id = id, .result = reply.result});
  }

  std::vector<EndedRequest> wait(TimePoint until) override {
    {
      std::unique_lock guard(mutex_);
      changed_.wait(guard, [this] { return is_released_; });
    }
    const auto next = to_come_.empty() ? TimePoint::max() : to_come_.begin()->first;
    if (std::min(next, until) == TimePoint::max()) {
      std::unique_lock guard(mutex_);
      changed_.wait(guard, [this] { return std::exchange(is_woken_, false); });
      return {};
    }
    clock_.wait_until(std::min(next, until));
    if (next > until) return {};
    auto ended = std::move(to_come_.begin()->second);
    to_come_.erase(to_come_.begin());
    return {std::move(ended)};
  }

  void wake() override {
    const std::scoped_lock guard(mutex_);
    is_woken_ = true;
    changed_.notify_all();
  }

  void release() {
    const std::scoped_lock guard(mutex_);
    is_released_ = true;
    changed_.notify_all();
  }

  std::string display_endpoint() const override { return "http://far.example"; }

 private:
  ScriptedClock& clock_;
  std::vector<Reply> script_;
  std::vector<std::pair<TimePoint, std::string>>& requests_;
  std::multimap<TimePoint, EndedRequest> to_come_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;
  bool is_released_ = false;
};

}  // namespace scale_fleet
