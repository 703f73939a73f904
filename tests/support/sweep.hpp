#pragma once

#include <cstddef>

namespace scale_fleet {

/// How many turns a sweep goes on at a time. Where a sanitizer makes everything many times as slow,
/// each sweep plays a part of its turns; scripts/test plays all of them in an optimized build.
inline constexpr std::size_t sweep_stride = SCALE_FLEET_SWEEP_STRIDE;

}  // namespace scale_fleet
