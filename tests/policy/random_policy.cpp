#include "policy/random_policy.hpp"

#include <string>

namespace scale_fleet {
namespace {

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

}  // namespace

InstanceCount few(RandomSource& draw, int most) {
  return static_cast<InstanceCount>(draw.between(0, most));
}

Millis seconds_up_to(RandomSource& draw, int most) {
  return std::chrono::seconds(draw.between(0, most));
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

}  // namespace scale_fleet
