#pragma once

#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// The time, and waiting. Implemented by SystemClock; in tests by one that moves only when told.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  virtual TimePoint now() const = 0;
  /// Returns at `until`, or earlier when a signal asked to stop.
  virtual void wait_until(TimePoint until) = 0;
};

}  // namespace scale_fleet
