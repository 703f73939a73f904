#pragma once

#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Moves only when told to, or when somebody waits on it.
class FakeClock : public Clock {
 public:
  TimePoint now() const override { return now_; }

  void wait_until(TimePoint until) override {
    if (until > now_) now_ = until;
  }

  void advance(Duration duration) { now_ += duration; }

 private:
  TimePoint now_{};
};

}  // namespace scale_fleet
