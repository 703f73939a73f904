#pragma once

#include "scale_fleet/core/placement.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Whether Fleet takes a new unit with these demands (api/units.go:225-281): those that can't go
/// together are refused, as ErrorKind::refused in Fleet's words.
Outcome check_placement(const Placement& placement);

}  // namespace scale_fleet
