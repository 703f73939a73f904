#include <algorithm>

#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

InstanceCount few(RandomSource& draw, int most) {
  return static_cast<InstanceCount>(draw.between(0, most));
}

Millis seconds_up_to(RandomSource& draw, int most) {
  return std::chrono::seconds(draw.between(0, most));
}

Metric random_metric(RandomSource& draw) {
  return file_metric("m" + std::to_string(draw.between(0, 3)), draw.percent(50));
}

Aggregation random_aggregation(RandomSource& draw) {
  return {.kind = static_cast<Aggregation::Kind>(draw.between(0, 7)),
          .number = static_cast<double>(draw.between(0, 100))};
}

Adjustment random_adjustment(RandomSource& draw) {
  return {.kind = static_cast<Adjustment::Kind>(draw.between(0, 2)),
          .amount = draw.percent(90) ? few(draw, 60) : few(draw, 100'000)};
}

WithoutData random_without_data(RandomSource& draw) {
  return {.kind = static_cast<WithoutData::Kind>(draw.between(0, 3)),
          .count = few(draw, 12),
          .after = draw.between(0, 4)};
}

ThresholdRule random_threshold(RandomSource& draw, bool is_up) {
  auto rule = is_up ? above_80() : below_20();
  rule.path = is_up ? "scale_up" : "scale_down";
  rule.metric = random_metric(draw);
  if (draw.percent(20)) rule.comparison = draw.percent(50) ? Comparison::above : Comparison::below;
  rule.threshold = is_up ? draw.between(-10, 110) : draw.between(20, 140);
  rule.period = seconds_up_to(draw, 30);
  if (draw.percent(30)) rule.points = PointsOf{draw.between(-1, 5), draw.between(-1, 6)};
  rule.staleness = seconds_up_to(draw, 60);
  rule.cooldown = seconds_up_to(draw, 60);
  rule.adjustment = random_adjustment(draw);
  while (draw.percent(30))
    rule.steps.push_back({static_cast<double>(draw.between(0, 100)), random_adjustment(draw)});
  rule.aggregation = random_aggregation(draw);
  rule.without_data = random_without_data(draw);
  return rule;
}

TargetRule random_target(RandomSource& draw) {
  return {.path = "target",
          .metric = random_metric(draw),
          .of = draw.percent(50) ? TargetRule::Of::total : TargetRule::Of::average,
          .target = 0.1 * draw.between(-1, 300),
          .tolerance = 0.01 * draw.between(0, 30),
          .staleness = seconds_up_to(draw, 60),
          .cooldown_up = seconds_up_to(draw, 60),
          .cooldown_down = seconds_up_to(draw, 60),
          .may_scale_down = draw.percent(80),
          .aggregation = random_aggregation(draw),
          .without_data = random_without_data(draw)};
}

std::optional<RateLimit> random_limit(RandomSource& draw) {
  if (draw.percent(60)) return std::nullopt;
  return RateLimit{.by = random_adjustment(draw), .period = seconds_up_to(draw, 120)};
}

ServicePolicy random_policy(RandomSource& draw) {
  ServicePolicy policy;
  policy.min = few(draw, 4);
  if (draw.percent(70)) policy.max = policy.min + few(draw, 10);
  while (draw.percent(30))
    policy.scale_up.push_back(random_threshold(draw, true));
  while (draw.percent(50))
    policy.scale_down.push_back(random_threshold(draw, false));
  while (draw.percent(30))
    policy.target.push_back(random_target(draw));
  // Ups win, and grow; half of the services are left to their downs.
  if (draw.percent(50)) {
    policy.scale_up.clear();
    policy.target.clear();
    for (auto& rule : policy.scale_down)
      rule.threshold += 60;
  }
  policy.limit_up = random_limit(draw);
  policy.limit_down = random_limit(draw);
  if (draw.percent(30)) policy.settle_up = seconds_up_to(draw, 60);
  if (draw.percent(30)) policy.settle_down = seconds_up_to(draw, 60);
  if (draw.percent(30)) policy.warm_up = seconds_up_to(draw, 60);
  policy.manual_cooldown = seconds_up_to(draw, 30);
  policy.victims = static_cast<VictimRule>(draw.between(0, 4));
  return policy;
}

double random_value(RandomSource& draw) {
  if (draw.percent(2)) return draw.pick(std::vector{1e308, -1e308, 5e-324, -1.0, 1e17});
  return 0.1 * draw.between(-50, 1'200);
}

/// What a tick may bring: values, late ones, gaps; instances that fail, come or go; a key; a pause.
void meddle(PolicyWorld& world, RandomSource& draw, int second) {
  for (int metric = 0; metric < 4; ++metric) {
    const auto name = "file m" + std::to_string(metric);
    const auto at = PolicyWorld::at(second - (draw.percent(10) ? draw.between(-90, 90) : 0));
    if (draw.percent(70)) world.samples.add(name, "", {at, random_value(draw)});
    if (draw.percent(10)) world.samples.by_metric[name].looks_without = draw.between(0, 5);
    for (const auto& instance : world.instances) {
      if (draw.percent(80))
        world.samples.add(name + " per instance", instance.unit, {at, random_value(draw)});
    }
  }
  for (auto& instance : world.instances) {
    if (draw.percent(5)) instance.is_idle = !instance.is_idle;
    if (draw.percent(5)) instance.well_since.reset();
    if (draw.percent(10)) instance.well_since = PolicyWorld::at(second - draw.between(-5, 90));
  }
  if (draw.percent(3)) world.with(few(draw, 12));
  if (draw.percent(5)) world.desired = few(draw, 20);
  if (draw.percent(20)) world.desired.reset();
  if (draw.percent(5))
    world.pause = Pause{draw.percent(50), PolicyWorld::at(second + draw.between(0, 60))};
}

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

/// What each rule would ask for if it were the only one.
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

/// What holds of a change that rules asked for. Whether it was one.
bool check_rules(const PolicyWorld& world, const Decision& decision) {
  if (decision.direction == Direction::none) return false;
  using enum ReasonKind;
  if (decision.kind != threshold && decision.kind != target && decision.kind != no_data)
    return false;
  REQUIRE(!world.desired);
  REQUIRE(is_open(world.history.up, world.now));
  const auto each = alone(world);
  const auto highest = std::ranges::max(each, {}, &Decision::count).count;
  if (decision.direction == Direction::up) {
    REQUIRE(decision.count <= highest);
    return true;
  }
  REQUIRE(is_open(world.history.down, world.now));
  REQUIRE(highest <= world.count());
  REQUIRE(decision.kind != no_data);
  REQUIRE(!is_held_without_data(world));
  return true;
}

std::size_t samples_in(const PolicyWorld& world) {
  std::size_t number = 0;
  for (const auto& [metric, known] : world.samples.by_metric) {
    for (const auto& [instance, series] : known.by_instance)
      number += series.size();
  }
  return number;
}

}  // namespace

TEST_CASE("Whatever the policies, the metrics and the past, a decision keeps its promises") {
  const std::uint64_t base = 510'000;
  const int runs = 1'200;
  std::size_t decisions = 0;
  std::size_t ups = 0;
  std::size_t downs = 0;
  for (int run = 0; run < runs; ++run) {
    const auto seed = base + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    INFO("seed " << seed);
    PolicyWorld world;
    world.policy = random_policy(draw);
    world.with(few(draw, 8));
    for (int second = 0; second < 300; second += draw.between(1, 20)) {
      INFO("second " << second);
      meddle(world, draw, second);
      world.at_second(second);
      world.history = after_look(world.history, world.policy, world.count(), world.now);
      const auto decision = world.decide();
      INFO(in_short(decision) << "\n" << lines_of(decision.reasons) << lines_of(decision.limits));
      REQUIRE(world.decide() == decision);
      check_counts(world, decision);
      ++decisions;
      if (check_rules(world, decision)) ++(decision.direction == Direction::up ? ups : downs);
      world.history = remembered(world.history, world.policy, decision, world.count(), world.now);
      if (decision.direction == Direction::none || draw.percent(20)) continue;
      // Enough to see what comes next, and not thousands of instances.
      auto carried_out = decision;
      carried_out.count = std::min(decision.count, std::max(world.count(), InstanceCount{15}));
      if (carried_out.count == world.count()) continue;
      const CountChange change{world.now, world.count(), carried_out.count};
      world.history = after_action(world.history, carried_out, change);
      world.carry_out(carried_out);
      for (const auto& [metric, horizon] : metric_horizons(world.policy))
        world.samples.forget(metric, horizon, world.now);
    }
  }
  CHECK(ups > 500);
  CHECK(downs > 200);
  WARN(runs << " random services, " << decisions << " decisions, " << ups << " ups and " << downs
            << " downs by rules");
}

TEST_CASE("Forgetting what no rule can look at changes no decision") {
  const std::uint64_t base = 730'000;
  std::size_t samples_before = 0;
  std::size_t samples_after = 0;
  for (std::uint64_t seed = base; seed < base + 200; ++seed) {
    RandomSource draw(seed);
    INFO("seed " << seed);
    PolicyWorld world;
    world.policy = random_policy(draw);
    world.with(1 + few(draw, 5));
    for (int second = 0; second < 600; second += draw.between(1, 20))
      meddle(world, draw, second);
    world.at_second(600);
    const auto before = world.decide();
    samples_before += samples_in(world);
    for (const auto& [metric, horizon] : metric_horizons(world.policy))
      world.samples.forget(metric, horizon, world.now);
    const auto after = world.decide();
    REQUIRE(after.count == before.count);
    REQUIRE(after.recommended == before.recommended);
    samples_after += samples_in(world);
  }
  CHECK(samples_after < samples_before);
}

TEST_CASE("A decision is made of any values, at any time") {
  const std::uint64_t base = 620'000;
  for (std::uint64_t seed = base; seed < base + 200; ++seed) {
    RandomSource draw(seed);
    INFO("seed " << seed);
    PolicyWorld world;
    world.policy = random_policy(draw);
    world.with(draw.percent(1) ? 20'000 : few(draw, 5));
    const auto year_1970 = WallTime(Millis(0));
    const auto year_2200 = WallTime(Millis(7'258'118'400'000));
    for (const auto time : {year_1970, world.now, year_2200}) {
      for (int metric = 0; metric < 4; ++metric) {
        const auto name = "file m" + std::to_string(metric);
        for (const auto age : {40s, 20s, 0s}) {
          world.samples.add(name, "", {time - age, random_value(draw)});
          world.samples.add(name + " per instance", "web@1", {time - age, random_value(draw)});
        }
      }
      world.now = time;
      const auto decision = world.decide();
      REQUIRE(decision.count <= max_count);
      REQUIRE(world.decide() == decision);
      world.history = remembered(world.history, world.policy, decision, world.count(), time);
      const CountChange change{time, world.count(), decision.count};
      world.history = after_action(world.history, decision, change);
    }
  }
}
