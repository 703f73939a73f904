#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/placement.hpp"
#include "scale_fleet/core/service_status.hpp"

namespace scale_fleet {

/// Which machine Fleet's scheduler would choose, by one look: the one with the fewest units, ties
/// by id (engine/scheduler.go), of those that suit (agent/state.go, AbleToRun). Global units count
/// on every machine that suits them.
class MachineRoom {
 public:
  /// `look` outlives it.
  explicit MachineRoom(const ClusterLook& look);

  struct Seat {
    const Unit* unit = nullptr;
    Placement placement;
  };

  /// The units that Fleet counts on the machine.
  std::size_t load(const std::string& machine_id) const;
  /// Where the unit would go if it were on no machine and `not_to` didn't exist; empty: nowhere.
  std::optional<std::string> place_for(const Unit& unit, const std::string& not_to) const;
  /// Units with MachineOf= it on the same machine, and those with MachineOf= them, by name.
  std::vector<const Unit*> followers_of(const Unit& unit) const;
  /// Whether another unit takes it along.
  bool is_follower(const Unit& unit) const;

 private:
  bool fits(const Unit& unit, const Placement& placement, const Machine& machine) const;

  const ClusterLook& look_;
  std::map<std::string, std::vector<Seat>> seats_;  // By machine.
};

}  // namespace scale_fleet
