#pragma once

#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"

namespace scale_fleet {

/// The machine's steady clock. wait_until() ends early when `stop` is woken, and drains it. now()
/// may be called on any thread.
class SystemClock : public Clock {
 public:
  /// `stop` must outlive the clock.
  explicit SystemClock(const SignalStopRequest& stop) : stop_(stop) {}

  TimePoint now() const override;
  void wait_until(TimePoint until) override;

 private:
  const SignalStopRequest& stop_;
};

/// What the machine's calendar says.
WallTime system_wall_time();

}  // namespace scale_fleet
