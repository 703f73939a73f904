#pragma once

#include <optional>
#include <vector>

#include "scale_fleet/core/companion.hpp"
#include "scale_fleet/core/rollout.hpp"
#include "scale_fleet/core/step_waves.hpp"

namespace scale_fleet {

/// A batch's steps on one service and on the sidekicks that go with it.
struct AccompaniedSteps {
  std::vector<ScalePlan> plans;  ///< The service's first.
  std::vector<Wave> waves;
};

/// A batch with everything that the sidekicks do, for each of the rollout's services that has
/// something to do. Errors: those of plan_companion().
Result<std::vector<AccompaniedSteps>> accompanied(const RolloutBatch& batch,
                                                  const RolloutGoal& goal,
                                                  const std::optional<Service>& outgoing,
                                                  const std::vector<Companion>& companions);

}  // namespace scale_fleet
