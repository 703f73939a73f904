#include "policy/policy_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Six instances: 2 and 5 are idle and not well, 4 is the newest, 3 the oldest.
PolicyWorld six_instances() {
  PolicyWorld world;
  world.with(6);
  for (const InstanceNumber number : {2U, 5U}) {
    world.instance(number).is_idle = true;
    world.instance(number).well_since.reset();
  }
  world.instance(3).well_since = PolicyWorld::at(-200'000);
  world.instance(4).well_since = PolicyWorld::at(-10);
  return world;
}

}  // namespace

TEST_CASE("who goes is chosen by the policy's rule") {
  const auto [rule, decided] = GENERATE(table<VictimRule, std::string>({
      {VictimRule::idle_first, "down to 1 by max without 5 2 6 4 3"},
      {VictimRule::highest, "down to 1 by max without 6 5 4 3 2"},
      {VictimRule::newest, "down to 1 by max without 5 2 4 6 1"},
      {VictimRule::oldest, "down to 1 by max without 5 2 3 1 6"},
      {VictimRule::lowest_metric, "down to 1 by max without 5 2 6 3 4"},
  }));
  auto world = six_instances();
  world.policy.max = 1;
  world.policy.victims = rule;
  // 1 has no fresh value, 3 and 4 have the same but for a little.
  world.policy.target.push_back(
      {.path = "target[0]", .metric = file_metric("load", true), .staleness = 60s});
  const auto load = file_metric("load", true);
  world.add(load, "-300:0", "web@1.service").add(load, "0:0", "web@2.service");
  world.add(load, "-10:0 0:50", "web@3.service").add(load, "0:51", "web@4.service");
  world.add(load, "0:7", "web@6.service");
  CHECK(in_short(world.decide()) == decided);
}

TEST_CASE("without a metric per instance the lowest metric is nobody's") {
  auto world = six_instances();
  world.policy.max = 3;
  world.policy.victims = VictimRule::lowest_metric;
  CHECK(in_short(world.decide()) == "down to 3 by max without 5 2 6");
}

TEST_CASE("the instance whose own metric fired goes first, the longest run before others") {
  auto world = six_instances();
  const auto load = file_metric("load", true);
  auto rule = below_20(true);
  rule.adjustment.amount = 5;
  world.policy.scale_down.push_back(rule);
  world.add(load, "-30:1 0:1", "web@1.service");
  world.add(load, "-50:1 -20:1 0:1", "web@3.service");
  world.add(load, "-30:50 0:50", "web@4.service");
  world.add(load, "-20:1 0:1", "web@6.service");
  // Those that fired alone, though five may go.
  CHECK(in_short(world.decide()) == "down to 4 by scale_down[0] without 3 1");
  world.policy.scale_down[0].adjustment.amount = 1;
  CHECK(in_short(world.decide()) == "down to 5 by scale_down[0] without 3");
}

TEST_CASE("where instances answer together, those that fired go first, then by the rule") {
  auto world = six_instances();
  const auto load = file_metric("load", true);
  auto rule = below_20(true);
  rule.aggregation = {Aggregation::Kind::at_least, 2};
  rule.adjustment.amount = 4;
  world.policy.scale_down.push_back(rule);
  world.add(load, "-30:1 0:1", "web@1.service").add(load, "-40:1 0:1", "web@3.service");
  world.add(load, "-30:50 0:50", "web@4.service").add(load, "-30:50 0:50", "web@6.service");
  CHECK(in_short(world.decide()) == "down to 2 by scale_down[0] without 3 1 5 2");
}

TEST_CASE("of a metric that is merged nobody's own fired") {
  auto world = six_instances();
  const auto load = file_metric("load", true);
  auto rule = below_20(true);
  rule.aggregation = {Aggregation::Kind::average};
  world.policy.scale_down.push_back(rule);
  for (const InstanceNumber number : {1U, 3U, 4U, 6U})
    world.add(load, "-30:10 0:10", PolicyWorld::unit(number));
  CHECK(in_short(world.decide()) == "down to 5 by scale_down[0] without 5");
}

TEST_CASE("what a rate limit lets go is the first of those that fired") {
  auto world = six_instances();
  const auto load = file_metric("load", true);
  auto rule = below_20(true);
  rule.adjustment.amount = 3;
  world.policy.scale_down.push_back(rule);
  world.policy.limit_down = RateLimit{.by = {.amount = 1}};
  world.add(load, "-30:1 0:1", "web@1.service").add(load, "-40:1 0:1", "web@3.service");
  CHECK(in_short(world.decide()) == "down to 5 by scale_down[0] without 3");
}

TEST_CASE("an up has no victims") {
  auto world = six_instances();
  world.policy.min = 9;
  CHECK(world.decide().victims.empty());
}
