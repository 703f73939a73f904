#pragma once

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/release_plan.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// Fills in `request.sidekicks`: those that `with` names, or that the cluster's units tell of where
/// it asks for that, or that a release had which was broken off, where `with` is empty. A named one
/// goes with the service that is replaced where its units say so, else with the request's service.
/// Changes nothing in Fleet. Errors: usage (a sidekick that is one of the services itself), those
/// of FleetApi::units.
Outcome find_release_sidekicks(World world, const ScaleRequest& with, ReleaseRequest& request);

}  // namespace scale_fleet
