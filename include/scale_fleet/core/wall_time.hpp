#pragma once

#include <chrono>

namespace scale_fleet {

/// A moment by the calendar (UTC), to the millisecond: what metrics carry, schedules mean and what
/// other machines understand. It may jump; what is only waited for uses TimePoint (time.hpp).
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// A span between two such moments.
using Millis = std::chrono::milliseconds;

}  // namespace scale_fleet
