#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

/// What an instance answered when it was asked whether it serves.
struct CheckAnswer {
  bool is_healthy = false;
  std::string said;  ///< Of one that isn't: what it said instead, in words for people.
};

/// A numbered unit of a service, and what systemd says of it on the machine that Fleet chose.
struct Instance {
  InstanceNumber number = 0;
  Unit unit;
  std::optional<UnitState> state;
  std::optional<CheckAnswer> answer = {};  ///< Empty where it wasn't asked at this look.
  std::string text_hash = {};  ///< Fleet's hash of the unit's options; empty where not computed.
};

/// Everything that Fleet knew of one service at one look.
struct ServiceSnapshot {
  Service service;
  std::optional<Unit> template_unit;
  std::vector<Instance> instances;  ///< By number, ascending.
  /// Names with the service's prefix that are no instances of it, in order: `my_app@blue.service`.
  /// None of a plain unit.
  std::vector<std::string> left_alone;
  /// State rows with the service's prefix, also of units that are already destroyed; of a plain
  /// unit its own.
  std::vector<UnitState> states;
};

/// Sorts what Fleet listed into what belongs to `service`. Units of other services may be among
/// them; a unit listed twice counts once; of several state rows the one of the unit's machine
/// counts (a unit that moves has two).
ServiceSnapshot snapshot_of(const Service& service,
                            std::span<const Unit> units,
                            std::span<const UnitState> states);

}  // namespace scale_fleet
