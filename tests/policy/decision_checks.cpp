#include "policy/decision_checks.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"

namespace scale_fleet {
namespace {

/// The same question with one rule, and neither bounds that matter nor anything of the past.
template <typename Change>
Decision decide_alone(const PolicyWorld& world, Change&& add_rule) {
  PolicyWorld alone;
  alone.instances = world.instances;
  alone.samples = world.samples;
  alone.now = world.now;
  alone.policy.warm_up = world.policy.warm_up;
  add_rule(alone.policy);
  return alone.decide();
}

}  // namespace

std::vector<Decision> alone(const PolicyWorld& world) {
  std::vector<Decision> decisions;
  for (const auto& rule : world.policy.scale_up)
    decisions.push_back(
        decide_alone(world, [&](ServicePolicy& policy) { policy.scale_up = {rule}; }));
  for (const auto& rule : world.policy.scale_down)
    decisions.push_back(
        decide_alone(world, [&](ServicePolicy& policy) { policy.scale_down = {rule}; }));
  for (const auto& rule : world.policy.target)
    decisions.push_back(
        decide_alone(world, [&](ServicePolicy& policy) { policy.target = {rule}; }));
  return decisions;
}

bool is_held_without_data(const PolicyWorld& world) {
  const auto holds = [&](const auto& rule, auto ServicePolicy::*list) {
    if (rule.without_data.kind != WithoutData::Kind::hold) return false;
    const auto decision =
        decide_alone(world, [&](ServicePolicy& policy) { policy.*list = {rule}; });
    return decision.reasons.front().find(": no fresh value of") != std::string::npos;
  };
  const auto& policy = world.policy;
  return std::ranges::any_of(
             policy.scale_up,
             [&](const auto& rule) { return holds(rule, &ServicePolicy::scale_up); }) ||
         std::ranges::any_of(
             policy.scale_down,
             [&](const auto& rule) { return holds(rule, &ServicePolicy::scale_down); }) ||
         std::ranges::any_of(policy.target,
                             [&](const auto& rule) { return holds(rule, &ServicePolicy::target); });
}

bool is_open(const std::optional<CoolDown>& cooldown, WallTime now) {
  return !cooldown || cooldown->until <= now;
}

bool is_paused(const PolicyWorld& world, Direction direction) {
  if (!world.pause || world.pause->until <= world.now) return false;
  return !world.pause->down_only || direction == Direction::down;
}

void check_counts(const PolicyWorld& world, const Decision& decision) {
  const auto current = world.count();
  const auto max = world.policy.max.value_or(max_count);
  if (is_paused(world, Direction::up)) {
    REQUIRE(decision.count == current);
  } else if (is_paused(world, Direction::down)) {
    REQUIRE(decision.count >= std::min(current, world.policy.min));
  } else {
    REQUIRE(decision.count >= world.policy.min);
    REQUIRE(decision.count <= max);
  }
  const auto direction = decision.count > current   ? Direction::up
                         : decision.count < current ? Direction::down
                                                    : Direction::none;
  REQUIRE(decision.direction == direction);
  const auto going = direction == Direction::down ? current - decision.count : 0;
  auto victims = decision.victims;
  REQUIRE(victims.size() == going);
  std::ranges::sort(victims);
  REQUIRE(std::ranges::adjacent_find(victims) == victims.end());
}

}  // namespace scale_fleet
