#pragma once

#include "sandbox/cluster_tables.hpp"
#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

// What the API shows of a cluster. The lists are made at the first question after a change, so that
// reading page after page of a big cluster costs one walk.

Unit show_unit(const ClusterTables& tables, const UnitRecord& record);
Slice<Unit> show_units(ClusterTables& tables, SliceRange range);
Slice<UnitState> show_states(ClusterTables& tables, const StateFilter& filter, SliceRange range);

}  // namespace scale_fleet
