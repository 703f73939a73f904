#pragma once

#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

/// What Fleet said at one look, the units first: so a state row is never older than its unit.
struct UnitsAndStates {
  std::vector<Unit> units;
  std::vector<UnitState> states;

  /// Null where Fleet has none of that name.
  const Unit* find(std::string_view unit) const;
};

/// Whether a unit that was set to loaded has stopped. Relied on, of fleetd and its agents:
/// the row of a loaded unit stays (inactive, or failed as it was); `currentState` is launched from
/// the agent's start until it has taken up the stop, so that a row from before a start, and one
/// that failed long ago, don't count before the agent has seen the new desired state (until then a
/// PUT of launched would restart nothing: it sees no change). A unit with a machine and no row yet
/// is about to be loaded there: its row comes. One without a machine runs nowhere. One that is no
/// longer in Fleet has stopped when no row of it is left.
bool has_stopped(std::string_view unit, const UnitsAndStates& look);

/// Whether nothing is left of a unit that was destroyed. While a row is, its agent hasn't noticed:
/// the same unit created again would neither be stopped nor started.
bool is_gone(std::string_view unit, const UnitsAndStates& look);

}  // namespace scale_fleet
