#pragma once

#include "scale_fleet/core/scale_report.hpp"
#include "simulation/witness.hpp"

namespace scale_fleet {

/// Compares what a command reports with what the cluster, and the requests that reached it, show;
/// what isn't true goes to `witness`. Called when the command has just ended.
///  - done: it is so (or, where somebody else changes units: was so after one of our requests);
///  - skipped: nothing that was sent has changed the unit;
///  - failed: the report says why; planned: only of a dry run;
///  - what was sent is in the report, and nothing else was sent;
///  - before and after, where given, are the counts; success means the count that was asked;
///  - overridden is said only where somebody else changes units;
///  - anything but success comes with a reason.
void check_report(const ScaleReport& report,
                  const Scenario& scenario,
                  const SandboxCluster& cluster,
                  Witness& witness);

}  // namespace scale_fleet
