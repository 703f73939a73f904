#pragma once

#include <string>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

/// The hash that Fleet reports in /state: the SHA-1 of write_unit_file(), 40 lower-case hex digits.
/// Two option lists with the same hash are the same unit to Fleet.
std::string unit_hash(const UnitOptions& options);

}  // namespace scale_fleet
