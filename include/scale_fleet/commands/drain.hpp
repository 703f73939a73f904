#pragma once

#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/commands/service_rights.hpp"
#include "scale_fleet/core/move_plan.hpp"
#include "scale_fleet/core/move_report.hpp"

namespace scale_fleet {

/// What a drain must respect.
struct DrainOptions {
  std::vector<ServiceMoves> services;  ///< Declared ones; units of others move each for itself.
  Duration timeout = std::chrono::seconds(600);  ///< Of each unit to leave, and to be well again.
  std::string group = {};                        ///< Of machines, in whose name they are emptied.
  std::size_t side_by_side = 4;                  ///< Services of which a unit is under way.
  /// Asked for each move; null: nobody else may work on any of the services meanwhile.
  ServiceRights* rights = nullptr;
};

/// Empties machines: moves everything that isn't global to other machines, several services side by
/// side, of each one unit after the other, and keeps it from coming back (core/drain_blocker.hpp).
class Drain {
 public:
  Drain(World world, DrainOptions options) : world_(world), options_(std::move(options)) {}

  /// Empties one machine. Where that failed, and when a signal came, units that were under way are
  /// set again to what they were and nothing keeps them from coming back; those that had arrived
  /// stay where they are. Errors before anything is changed: refused (a unit is bound to the
  /// machine, or no other has a place for it: named with what it demands; a Fleet that can't change
  /// metadata). Where it succeeded (converged, or unchanged: there was nothing to move), the units
  /// are kept away until release().
  MoveReport empty(const std::string& machine_id);

  /// Lets units come to the machine again: removes its blockers and metadata, whatever left them
  /// there, also when a signal has come. Units that a run which was killed had taken off are set
  /// again before. Does nothing where there is nothing of that.
  Outcome release(const std::string& machine_id);

  /// The same for these machines and for every other, also one that Fleet has forgotten, that was
  /// emptied in the group's name. Nobody else may be at work on the group.
  /// Waits a while until units that were set again run.
  Outcome release_leftovers(const std::set<std::string>& machine_ids);

 private:
  Result<std::vector<std::string>> release_all(std::set<std::string> machine_ids, bool of_group);
  void move_away(const std::string& machine_id, ClusterLook look, MoveReport& report);
  void move_lines(const std::string& machine_id, const ClusterLook& look, MoveReport& report);

  World world_;
  DrainOptions options_;
};

}  // namespace scale_fleet
