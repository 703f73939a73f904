#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// A clock that stands still except when somebody waits, which takes no time at all.
class FakeClock : public Clock {
 public:
  explicit FakeClock(TimePoint start = TimePoint{} + std::chrono::hours{1}) : now_(start) {}

  TimePoint now() const override { return now_; }

  void wait_until(TimePoint until) override {
    for (const auto interruption : interruptions_) {
      if (interruption > now_) until = std::min(until, interruption);
    }
    now_ = std::max(now_, until);
  }

  void advance(Duration duration) { now_ += duration; }

  /// A wait that would pass this moment returns at it, as when a signal arrives.
  void interrupt_at(TimePoint moment) { interruptions_.push_back(moment); }

 private:
  TimePoint now_;
  std::vector<TimePoint> interruptions_;
};

}  // namespace scale_fleet
