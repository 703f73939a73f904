#pragma once

#include "daemon/stored_json.hpp"
#include "scale_fleet/daemon/kept_demand.hpp"

namespace scale_fleet {

Json demand_json(const KeptDemand& kept);

/// Throws NotAsStored.
KeptDemand read_demand(const Json& object);

}  // namespace scale_fleet
