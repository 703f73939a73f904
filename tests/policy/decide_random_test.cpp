#include <algorithm>

#include "policy/decision_checks.hpp"
#include "policy/random_policy.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

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
