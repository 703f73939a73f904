#pragma once

#include <optional>
#include <vector>

#include "policy/policy_world.hpp"

namespace scale_fleet {

/// What each rule would ask for if it were the only one, with neither bounds that matter nor
/// anything of the past.
std::vector<Decision> alone(const PolicyWorld& world);

/// Whether a rule without data keeps the count from falling.
bool is_held_without_data(const PolicyWorld& world);

bool is_open(const std::optional<CoolDown>& cooldown, WallTime now);
bool is_paused(const PolicyWorld& world, Direction direction);

/// What holds of the count and the victims of every decision; a pause is in it.
void check_counts(const PolicyWorld& world, const Decision& decision);

}  // namespace scale_fleet
