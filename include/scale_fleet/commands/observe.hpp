#pragma once

#include <functional>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// Whether what is wanted of a look can't be said from the units alone, given in a snapshot that
/// holds no states.
using NeedsStates = std::function<bool(const ServiceSnapshot& units)>;

/// One look at a service: its units, then their states where they are needed, since each list costs
/// a real Fleet its whole cluster. Whole, or an error.
Result<ServiceSnapshot> observe(FleetApi& fleet,
                                const Service& service,
                                const NeedsStates& needs_states);

}  // namespace scale_fleet
