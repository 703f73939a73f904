#pragma once

#include <vector>

#include "commands/release_run.hpp"
#include "scale_fleet/core/release_plan.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// Everything that a release is planned from. Whole, or an error.
Result<ReleaseLook> look_at(FleetApi& fleet, const ReleaseRequest& request);

/// What of it a rollout changes.
ReleaseView view_of(const ReleaseLook& look);

/// The services of a view: the release's, the one that goes, the sidekicks.
std::vector<const ServiceSnapshot*> services_in(const ReleaseView& view);

}  // namespace scale_fleet
