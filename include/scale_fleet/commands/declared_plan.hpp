#pragma once

#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/declared_scale.hpp"
#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// One look at all units and their states, each by name; no machines. Errors: those of FleetApi.
Result<ClusterLook> look_at_cluster(FleetApi& fleet);

/// How many of it there are; where a release of it was broken off, how many there were to be.
InstanceCount current_count(const ClusterLook& look, const Service& service);

/// The count that a service shall have at `now` as far as that can be said without metrics: the
/// current one, within the bounds that hold then.
InstanceCount wished_count(const DeclaredService& declared, InstanceCount current, WallTime now);

/// The wish for each service of the file, in its order, with the wished counts; for those named in
/// `held_up` no lower one than there are.
std::vector<ScaleRequest> declared_requests(const DeclaredFile& file,
                                            const DeclaredTexts& texts,
                                            const ClusterLook& look,
                                            WallTime now,
                                            const std::set<std::string>& held_up = {});

/// What would be done so that the cluster is as `requests` (one for each service of the file) say;
/// the services in the order in which they come up. `planned` where there is anything to do. A
/// service that can't be planned has its error, and the others their plans. Pure.
ScaleReport plan_declared(const DeclaredFile& file,
                          const std::vector<ScaleRequest>& requests,
                          const ClusterLook& look);

}  // namespace scale_fleet
