#pragma once

#include <vector>

#include "scale_fleet/core/companion.hpp"
#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/core/rollout.hpp"

namespace scale_fleet {

/// What a batch's end looks like, of the rollout's service and, behind it, of the service that
/// goes, where there is one: everything renewed runs its text, and answers so often on end.
std::vector<Goal> goals_after(const RolloutBatch& batch,
                              const RolloutGoal& goal,
                              const RolloutLook& look,
                              int answers);

/// The same of the sidekicks, whose steps in this batch are `steps`.
std::vector<Goal> sidekick_goals_after(const RolloutBatch& batch,
                                       const std::vector<Step>& steps,
                                       const std::vector<Companion>& companions);

}  // namespace scale_fleet
