#pragma once

#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/commands/service_rights.hpp"
#include "scale_fleet/core/move_plan.hpp"
#include "scale_fleet/core/move_report.hpp"

namespace scale_fleet {

/// A service whose instances are to be spread anew.
struct RescheduleRequest {
  ServiceMoves service;
  Duration timeout = std::chrono::seconds(300);  ///< Of each instance to leave, and to be well.
};

struct RescheduleOptions {
  bool all = false;  ///< Each instance, instead of those whose move evens the machines' loads.
  bool dry_run = false;
  /// Asked for each move; null: nobody else may work on any of the services meanwhile.
  ServiceRights* rights = nullptr;
};

/// Moves instances to the machines with the fewest units, since Fleet itself never does: service
/// after service, one instance after the other, each only when the one before is active again.
/// Where too few would stay active meanwhile (precondition), or one isn't active in time
/// (timed_out), its service ends there and the next one begins. An instance that is under way when
/// a signal comes is launched before the run returns. Killed in between, the same call launches it.
class RescheduleCommand {
 public:
  RescheduleCommand(World world, RescheduleOptions options) : world_(world), options_(options) {}

  /// What was moved, and how it ended; `unchanged` where there was nothing to move.
  MoveReport run(const std::vector<RescheduleRequest>& requests);

 private:
  ServiceMoveReport plan(const RescheduleRequest& request, const ClusterLook& look) const;

  World world_;
  RescheduleOptions options_;
};

/// Launches again what a reschedule of these services that was killed had taken off its machine.
/// With rights, a service that somebody else works on is left to them; without, nobody else may
/// work on any.
Outcome end_broken_off_moves(World world,
                             const std::vector<ServiceMoves>& services,
                             ServiceRights* rights);

}  // namespace scale_fleet
