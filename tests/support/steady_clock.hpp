#pragma once

#include <chrono>

#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// The machine's time for what is tested over a network; nobody waits on it.
class SteadyClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint) override {}
};

}  // namespace scale_fleet
