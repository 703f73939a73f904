#pragma once

#include <vector>

#include "scale_fleet/core/release_plan.hpp"

namespace scale_fleet {

/// What a release's rollout will do to all instances, sidekicks included, if all goes well: groups
/// of independent steps, each awaited before the next. Errors: those of next_batch() and
/// plan_companion().
Result<std::vector<StepGroup>> foresee(const RolloutGoal& goal,
                                       RolloutLook look,
                                       std::vector<Companion> companions);

}  // namespace scale_fleet
