#pragma once

#include <span>
#include <string>
#include <vector>

#include "scale_fleet/core/stopped_unit.hpp"

namespace scale_fleet {

/// A unit on its way to another machine: it is set to inactive, and when it has left its machine it
/// is set again to what it was. Fleet then puts it on the machine with the fewest units that suits.
struct UnitMove {
  std::string unit;
  std::string from;                      ///< The id of the machine that it leaves.
  std::string to = {};                   ///< Where it is expected to go; empty where nobody knows.
  JobState state = JobState::launched;   ///< What it was set to: launched or loaded.
  bool was_well = true;                  ///< It ran as it should; so it has to again.
  std::vector<std::string> followers{};  ///< Units with MachineOf= it that ran, too.
  /// The unit that tells others it is on its way (drain_blocker.hpp),
  std::string blocker = {};
  /// and whether that takes its place, so that it can't come back.
  bool is_blocked = false;

  bool operator==(const UnitMove&) const = default;
};

/// Whether a unit runs as it should on the machine that Fleet has chosen for it, by its row among
/// `states`: active, or a oneshot that has finished.
bool is_well(const Unit& unit, std::span<const UnitState> states);

/// Whether the unit has been taken off its machine, which says nothing of it any more, and the
/// blocker has got its place: now it may be set again. Measured on fleetd: the machine's id goes
/// from the unit up to two seconds after the change, the row of /state up to a second later. A unit
/// that somebody destroyed meanwhile has left when its rows are gone.
bool has_left(const UnitMove& move, const UnitsAndStates& look);

/// Whether it is there: scheduled, on another machine where it may not come back, and well if it
/// was; its followers are with it. One that somebody destroyed meanwhile has nowhere to arrive.
bool has_arrived(const UnitMove& move, const UnitsAndStates& look);

}  // namespace scale_fleet
