#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/daemon/event.hpp"

namespace scale_fleet {

/// Of one run of `apply`: who applied, when it ended, how long it took.
struct ApplyOccasion {
  WallTime time;
  Millis took{0};
  std::string command;  ///< As it was typed; what the events give as their reason.
};

/// What a run that wasn't a dry one did, for the audit, as a `person` asked: for each service of
/// the report an event for each kind of change, its sidekicks' units in it; NO_OP where nothing was
/// to be done, NO_OP_ERROR where the cluster could not even be read. An error that ended the whole
/// run is told of each service that it kept from its end.
std::vector<Event> apply_events(const ScaleReport& report, const ApplyOccasion& occasion);

}  // namespace scale_fleet
