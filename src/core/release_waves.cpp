#include "scale_fleet/core/release_waves.hpp"

namespace scale_fleet {
namespace {

Result<AccompaniedSteps> of_service(const Service& service,
                                    const RolloutBatch& batch,
                                    StopFirst stop_first,
                                    const std::vector<Companion>& companions) {
  AccompaniedSteps steps;
  auto& main = steps.plans.emplace_back(ScalePlan{.service = service});
  for (const auto& step : batch.steps) {
    if (instance_number(service, step.unit)) main.steps.push_back(step);
  }
  const auto main_steps = main.steps;
  for (const auto& companion : companions) {
    if (companion.main != service) continue;
    auto plan = plan_companion(
        companion, {.steps = main_steps, .renewed = batch.renewed, .stop_first = stop_first});
    if (!plan) return tl::unexpected(plan.error());
    steps.plans.push_back(std::move(*plan));
  }
  steps.waves = waves(steps.plans);
  return steps;
}

}  // namespace

Result<std::vector<AccompaniedSteps>> accompanied(const RolloutBatch& batch,
                                                  const RolloutGoal& goal,
                                                  const std::optional<Service>& outgoing,
                                                  const std::vector<Companion>& companions) {
  std::vector<AccompaniedSteps> all;
  for (const auto& service : {std::optional(goal.service), outgoing}) {
    if (!service) continue;
    auto steps = of_service(*service, batch, goal.stop_first, companions);
    if (!steps) return tl::unexpected(steps.error());
    if (!steps->waves.empty()) all.push_back(std::move(*steps));
  }
  return all;
}

}  // namespace scale_fleet
