#pragma once

#include "scale_fleet/commands/carry_out_declared.hpp"
#include "scale_fleet/commands/release_report.hpp"

namespace scale_fleet {

/// Whether a service has instances that its release would renew. Errors: those of FleetApi::units.
Result<bool> needs_release(FleetApi& fleet, const DeclaredWish& wish);

/// Brings the instances that are there to the service's text, and its sidekicks with them.
ReleaseReport release_declared(World world, const DeclaredWish& wish, const ScaleOptions& options);

/// Adds what was done later to the reports of the service (the first) and its sidekicks.
void add_report(const ScaleReport& later, const std::vector<ServiceReport*>& services);

}  // namespace scale_fleet
