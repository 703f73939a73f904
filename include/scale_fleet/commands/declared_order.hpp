#pragma once

#include <cstddef>
#include <vector>

#include "scale_fleet/config/declared_file.hpp"

namespace scale_fleet {

/// The order that `after` demands, as places in `services`: a wave comes up when every wave before
/// it is well. Each service is in the first wave that it may be in; within a wave they keep the
/// list's order. Names in `after` that aren't in the list don't count. Throws
/// std::invalid_argument where services wait for each other: a declared file has no such.
std::vector<std::vector<std::size_t>> declared_waves(const std::vector<DeclaredService>& services);

}  // namespace scale_fleet
