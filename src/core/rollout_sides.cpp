#include "core/rollout_sides.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

bool has_its_text(const RolloutGoal& goal, const RolloutLook& look, const Instance& instance) {
  const auto& text = goal.wanted.at(instance.number);
  if (!is_same_text(instance.unit.options, *text)) return false;
  return !goal.restarts || look.restarted.contains(instance.unit.name);
}

/// Created on the way by this rollout, or by one before it that was broken off, and of use.
bool is_spare(const RolloutGoal& goal, const RolloutLook& look, const Instance& instance) {
  if (instance.unit.desired_state != JobState::launched) return false;
  if (goal.restarts) return look.restarted.contains(instance.unit.name);
  return is_same_text(instance.unit.options, *goal.spare_text);
}

void unhealthy_first(std::vector<const Instance*>& instances) {
  std::stable_partition(
      instances.begin(), instances.end(), [](const Instance* each) { return !serves(*each); });
}

/// Makes `instance` one that serves.
void set_healthy(Instance& instance) {
  auto& unit = instance.unit;
  unit.desired_state = unit.current_state = JobState::launched;
  if (unit.machine_id.empty()) unit.machine_id = "any";
  instance.state = UnitState{.unit = unit.name,
                             .machine_id = unit.machine_id,
                             .load = "loaded",
                             .active = "active",
                             .sub = "running",
                             .hash = {}};
}

}  // namespace

bool serves(const Instance& instance) {
  return is_good(condition_of(instance)) && !is_behind_its_text(instance);
}

void make_well(std::span<const std::string> units, ServiceSnapshot& service) {
  const std::set<std::string_view> named(units.begin(), units.end());
  for (auto& instance : service.instances) {
    if (named.contains(instance.unit.name)) set_healthy(instance);
  }
}

void carry_out(std::span<const Step> steps, ServiceSnapshot& service) {
  for (const auto& step : steps) {
    const auto number = instance_number(service.service, step.unit);
    if (!number) continue;
    auto instance = std::ranges::find(service.instances, *number, &Instance::number);
    if (step.action == Action::destroy) {
      if (instance != service.instances.end()) service.instances.erase(instance);
      continue;
    }
    if (instance == service.instances.end()) {
      instance =
          service.instances.insert(instance, {.number = *number, .unit = {.name = step.unit}});
    }
    if (step.options) instance->unit.options = *step.options;
    set_healthy(*instance);
  }
  std::ranges::sort(service.instances, {}, &Instance::number);
}

RolloutSides sides_of(const RolloutGoal& goal, const RolloutLook& look) {
  RolloutSides sides;
  std::set<InstanceNumber> present;
  auto highest = goal.wanted.empty() ? 0 : goal.wanted.rbegin()->first;
  for (const auto& instance : look.service.instances) {
    highest = std::max(highest, instance.number);
    if (!goal.wanted.contains(instance.number)) {
      (is_spare(goal, look, instance) ? sides.spares : sides.outgoing).push_back(&instance);
      continue;
    }
    present.insert(instance.number);
    (has_its_text(goal, look, instance) ? sides.renewed : sides.stale).push_back(&instance);
  }
  for (const auto& [number, text] : goal.wanted) {
    if (!present.contains(number)) sides.missing.push_back(number);
  }
  sides.next_spare_number = highest + 1;
  if (look.outgoing) {
    for (const auto& instance : look.outgoing->instances)
      sides.outgoing.push_back(&instance);
  }
  unhealthy_first(sides.stale);
  unhealthy_first(sides.outgoing);
  for (const auto* units : {&sides.stale, &sides.renewed, &sides.spares, &sides.outgoing}) {
    sides.total += units->size();
    sides.healthy += static_cast<std::size_t>(
        std::ranges::count_if(*units, [](const Instance* each) { return serves(*each); }));
  }
  return sides;
}

}  // namespace scale_fleet
