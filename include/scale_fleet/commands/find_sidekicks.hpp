#pragma once

#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// Adds the sidekicks that the cluster's units tell of to each request that asks for them, and says
/// which. Looks at all units, once, and only where any request asks. Changes nothing in Fleet, so
/// it comes before the locks, which are to be held for the sidekicks too. Errors: those of
/// FleetApi::units.
Outcome find_sidekicks(World world, std::vector<ScaleRequest>& requests);

}  // namespace scale_fleet
