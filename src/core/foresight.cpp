#include "core/foresight.hpp"

#include "core/rollout_sides.hpp"
#include "scale_fleet/core/release_waves.hpp"

namespace scale_fleet {
namespace {

std::vector<StepGroup> groups_of(const std::vector<AccompaniedSteps>& all) {
  std::vector<StepGroup> groups;
  for (const auto& [plans, waves] : all) {
    for (const auto& wave : waves) {
      auto& group = groups.emplace_back();
      for (const auto& step : wave)
        group.push_back(plans[step.place.plan].steps[step.place.step]);
    }
  }
  return groups;
}

}  // namespace

Result<std::vector<StepGroup>> foresee(const RolloutGoal& goal,
                                       RolloutLook look,
                                       std::vector<Companion> companions) {
  std::vector<StepGroup> groups;
  const auto outgoing =
      look.outgoing ? std::optional(look.outgoing->service) : std::optional<Service>();
  for (;;) {
    const auto batch = next_batch(goal, look);
    if (!batch) return tl::unexpected(batch.error());
    const auto all = accompanied(*batch, goal, outgoing, companions);
    if (!all) return tl::unexpected(all.error());
    make_well(batch->renewed, look.service);
    for (const auto& group : groups_of(*all)) {
      carry_out(group, look.service);
      if (look.outgoing) carry_out(group, *look.outgoing);
      for (auto& companion : companions)
        carry_out(group, companion.sidekick);
      groups.push_back(group);
    }
    if (batch->is_end) return groups;
    for (const auto& step : batch->steps)
      look.restarted.insert(step.unit);
  }
}

}  // namespace scale_fleet
