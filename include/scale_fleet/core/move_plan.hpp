#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_status.hpp"
#include "scale_fleet/core/unit_move.hpp"

namespace scale_fleet {

/// How a service lets its instances be moved.
struct ServiceMoves {
  Service service;
  /// So many stay active while one moves; empty: all but that one.
  std::optional<InstanceCount> min_healthy;

  bool operator==(const ServiceMoves&) const = default;
};

/// Units of which one at a time is on its way.
struct MovingUnits {
  std::string name;                ///< For people: the service's.
  std::vector<std::string> units;  ///< In the order in which they move.
  std::optional<InstanceCount> min_healthy;

  bool operator==(const MovingUnits&) const = default;
};

/// The instances of a service among the cluster's units, by number.
MovingUnits moving_units(const ServiceMoves& service, const ClusterLook& look);

// Which unit moves next, decided anew at each look. A unit can be moved that is on a machine, is
// not global, isn't bound to a machine (MachineID) and follows no other (MachineOf: it comes with
// that one by itself). No result: there is nothing (more) to move. Error: precondition, where too
// few others are active for one to move, in words that name one that isn't.

struct RescheduleRule {
  /// Each unit once, instead of those whose move makes the load of the machines more even.
  bool all = false;
  std::set<std::string> moved = {};  ///< These were moved already.
};

/// Of those that are well. A move helps where it
/// goes to a machine that has fewer units afterwards than the one that it left had before: from the
/// fullest machine first. So there is an end.
Result<std::optional<UnitMove>> next_to_reschedule(const MovingUnits& service,
                                                   const ClusterLook& look,
                                                   const RescheduleRule& rule);

/// The moves one after the other, as far as they can be foreseen: each as if those before it had
/// ended where they are expected to.
Result<std::vector<UnitMove>> planned_reschedule(const MovingUnits& service,
                                                 ClusterLook look,
                                                 bool all);

/// Of those on the machine, well or not, with a blocker. Also refused: one that no other machine
/// has a place for, with what it demands.
Result<std::optional<UnitMove>> next_to_leave(const MovingUnits& service,
                                              const ClusterLook& look,
                                              const std::string& machine_id);

/// Whether every unit on the machine could leave it, by this look. Error: refused, with the unit
/// and what it demands.
Outcome check_may_leave(const std::string& machine_id, const ClusterLook& look);

/// Whose units are on the machine and can leave it: the declared services in their order, then the
/// others by name, the instances of one template together, for which no minimum holds.
std::vector<MovingUnits> services_on(const std::string& machine_id,
                                     const ClusterLook& look,
                                     const std::vector<ServiceMoves>& declared);

/// What is scheduled to the machine and isn't global, a blocker or a template, by name.
std::vector<std::string> units_left_on(const std::string& machine_id, const ClusterLook& look);

}  // namespace scale_fleet
