#pragma once

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// One look at a service: its units, then their states. Whole, or an error.
Result<ServiceSnapshot> observe(FleetApi& fleet, const Service& service);

}  // namespace scale_fleet
