#include "scale_fleet/core/unit_move.hpp"

#include <algorithm>

#include "scale_fleet/core/convergence.hpp"

namespace scale_fleet {

bool is_well(const Unit& unit, std::span<const UnitState> states) {
  const auto row = std::ranges::find_if(states, [&](const UnitState& state) {
    return state.unit == unit.name && state.machine_id == unit.machine_id;
  });
  Instance instance{.unit = unit, .state = {}};
  if (row != states.end()) instance.state = *row;
  const auto condition = condition_of(instance);
  return condition == Condition::well || condition == Condition::finished;
}

bool has_left(const UnitMove& move, const UnitsAndStates& look) {
  const bool has_row = std::ranges::any_of(look.states, [&](const UnitState& state) {
    return state.unit == move.unit && state.machine_id == move.from;
  });
  if (has_row) return false;
  const auto* unit = look.find(move.unit);
  if (unit == nullptr) return true;
  if (!unit->machine_id.empty() || unit->desired_state != JobState::inactive) return false;
  if (!move.is_blocked) return true;
  const auto* blocker = look.find(move.blocker);
  return blocker != nullptr && blocker->machine_id == move.from;
}

bool has_arrived(const UnitMove& move, const UnitsAndStates& look) {
  const auto* unit = look.find(move.unit);
  if (unit == nullptr) return true;
  if (unit->machine_id.empty()) return false;
  if (move.is_blocked && unit->machine_id == move.from) return false;
  if (move.was_well && !is_well(*unit, look.states)) return false;
  return std::ranges::all_of(move.followers, [&](const std::string& name) {
    const auto* follower = look.find(name);
    return follower == nullptr ||
           (follower->machine_id == unit->machine_id && is_well(*follower, look.states));
  });
}

}  // namespace scale_fleet
