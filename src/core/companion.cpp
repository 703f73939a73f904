#include "scale_fleet/core/companion.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/scale_steps.hpp"

namespace scale_fleet {
namespace {

const Instance* find(const ServiceSnapshot& service, InstanceNumber number) {
  const auto found = std::ranges::find(service.instances, number, &Instance::number);
  return found == service.instances.end() ? nullptr : &*found;
}

Step creation(const Companion& companion, InstanceNumber number) {
  return {.action = Action::create,
          .unit = companion.sidekick.service.instance_name(number),
          .reason = fmt::format("{} is to run with it", companion.main.instance_name(number))};
}

}  // namespace

Result<ScalePlan> plan_companion(const Companion& companion, const MainSteps& main) {
  const auto& sidekick = companion.sidekick;
  if (auto fine = check_not_global(sidekick); !fine) return tl::unexpected(fine.error());
  ScalePlan plan{.service = sidekick.service,
                 .before = static_cast<InstanceCount>(sidekick.instances.size()),
                 .steps = {},
                 .kept = {},
                 .options = {},
                 .left_alone = sidekick.left_alone,
                 .notices = {}};
  std::set<InstanceNumber> goes;
  for (const auto& step : main.steps) {
    const auto number = instance_number(companion.main, step.unit);
    const bool takes_down = step.action == Action::destroy || step.action == Action::replace;
    const auto* instance = number ? find(sidekick, *number) : nullptr;
    if (!takes_down || instance == nullptr) continue;
    goes.insert(*number);
    // One that is to be there again must have stopped, or its old process would be taken for it.
    const bool returns = step.action == Action::replace;
    plan.steps.push_back(
        {.action = Action::destroy,
         .unit = instance->unit.name,
         .reason = fmt::format("it goes before {}", step.unit),
         .stop_first = stops_first(*instance, returns ? StopFirst::always : main.stop_first)});
  }
  for (const auto& unit : main.renewed) {
    const auto number = instance_number(companion.main, unit);
    if (!number || companion.excused.contains(*number)) continue;
    const auto* instance = find(sidekick, *number);
    if (instance == nullptr || goes.contains(*number)) {
      plan.steps.push_back(creation(companion, *number));
    } else if (auto launch = step_to_launch(*instance)) {
      plan.steps.push_back(std::move(*launch));
    }
  }
  const bool creates = std::ranges::any_of(
      plan.steps, [](const Step& step) { return step.action == Action::create; });
  if (!creates) return plan;
  if (companion.text) {
    plan.options = *companion.text;
    if (auto fine = check_text(sidekick.service, plan.options); !fine) {
      return tl::unexpected(fine.error());
    }
    return plan;
  }
  if (!sidekick.template_unit) return tl::unexpected(no_template(sidekick.service, ""));
  plan.options = sidekick.template_unit->options;
  if (auto fine = check_template(sidekick.service, plan.options); !fine) {
    return tl::unexpected(fine.error());
  }
  return plan;
}

}  // namespace scale_fleet
