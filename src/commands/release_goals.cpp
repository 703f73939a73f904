#include "commands/release_goals.hpp"

#include <algorithm>
#include <set>

#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

/// A goal of the units that `steps` destroy for good; what isn't kept besides is left out of it.
Goal goal_of(const ServiceSnapshot& service,
             const std::vector<Step>& steps,
             std::vector<std::string> kept) {
  // Without states nobody could say who may go next.
  Goal goal{.service = service.service,
            .kept = std::move(kept),
            .destroyed = {},
            .fails_fast = true,
            .needs_all_states = true};
  std::set<std::string_view> known(goal.kept.begin(), goal.kept.end());
  for (const auto& step : steps) {
    const bool is_ours = instance_number(service.service, step.unit).has_value();
    if (step.action == Action::destroy && is_ours && known.insert(step.unit).second) {
      goal.destroyed.push_back(step.unit);
    }
  }
  const auto disregard = [&](const std::string& unit) {
    if (known.insert(unit).second) goal.disregarded.push_back(unit);
  };
  for (const auto& instance : service.instances)
    disregard(instance.unit.name);
  // One that need not become well, and is there again.
  for (const auto& step : steps) {
    if (instance_number(service.service, step.unit)) disregard(step.unit);
  }
  return goal;
}

}  // namespace

std::vector<Goal> goals_after(const RolloutBatch& batch,
                              const RolloutGoal& goal,
                              const RolloutLook& look,
                              int answers) {
  std::vector<Goal> goals{goal_of(look.service, batch.steps, batch.renewed)};
  auto& incoming = goals.front();
  incoming.answers = answers;
  for (const auto& unit : batch.renewed) {
    const auto wanted = goal.wanted.find(*instance_number(goal.service, unit));
    const auto& text = wanted == goal.wanted.end() ? goal.spare_text : wanted->second;
    incoming.texts[unit] = unit_hash(*text);
  }
  if (look.outgoing) goals.push_back(goal_of(*look.outgoing, batch.steps, {}));
  return goals;
}

std::vector<Goal> sidekick_goals_after(const RolloutBatch& batch,
                                       const std::vector<Step>& steps,
                                       const std::vector<Companion>& companions) {
  std::vector<Goal> goals;
  for (const auto& [main, sidekick, excused, text] : companions) {
    std::vector<std::string> kept;
    for (const auto& unit : batch.renewed) {
      const auto number = instance_number(main, unit);
      if (number && !excused.contains(*number)) {
        kept.push_back(sidekick.service.instance_name(*number));
      }
    }
    goals.push_back(goal_of(sidekick, steps, std::move(kept)));
  }
  return goals;
}

}  // namespace scale_fleet
