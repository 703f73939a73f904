#pragma once

#include <chrono>

namespace scale_fleet {

/// A moment on the clock that only goes forward. The core is told what time it is and never asks.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

}  // namespace scale_fleet
