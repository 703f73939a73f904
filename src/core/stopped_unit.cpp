#include "scale_fleet/core/stopped_unit.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

bool runs(const UnitState& state) {
  return state.active != "inactive" && state.active != "failed";
}

}  // namespace

const Unit* UnitsAndStates::find(std::string_view unit) const {
  const auto found = std::ranges::find(units, unit, &Unit::name);
  return found == units.end() ? nullptr : &*found;
}

bool has_stopped(std::string_view unit, const UnitsAndStates& look) {
  const auto* stored = look.find(unit);
  if (stored == nullptr) return is_gone(unit, look);
  if (stored->desired_state == JobState::launched) return false;  // A look from before the stop.
  if (stored->current_state == JobState::launched) return false;
  bool is_loaded = stored->machine_id.empty();
  for (const auto& state : look.states) {
    if (state.unit != unit) continue;
    if (runs(state)) return false;
    is_loaded = is_loaded || state.machine_id == stored->machine_id;
  }
  return is_loaded;
}

bool is_gone(std::string_view unit, const UnitsAndStates& look) {
  return look.find(unit) == nullptr &&
         std::ranges::find(look.states, unit, &UnitState::unit) == look.states.end();
}

}  // namespace scale_fleet
