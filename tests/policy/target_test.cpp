#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

TargetRule a_target(TargetRule::Of of, double target, double tolerance = 0.1) {
  TargetRule rule;
  rule.path = "target[0]";
  rule.metric = file_metric("queue");
  rule.of = of;
  rule.target = target;
  rule.tolerance = tolerance;
  return rule;
}

PolicyWorld with_target(const TargetRule& rule, InstanceCount current, double value) {
  PolicyWorld world;
  world.policy.target.push_back(rule);
  world.with(current).samples.add(metric_key(rule.metric), "", {world.now, value});
  return world;
}

}  // namespace

TEST_CASE("a target of all together is divided by what an instance takes, exactly") {
  struct Row {
    double metric;
    double target;
    double tolerance;
    InstanceCount current;
    InstanceCount count;
  };

  const auto row = GENERATE(values<Row>({
      {0.3, 0.1, 0, 1, 3},  // The quotient of the doubles is less than 3; of 0.7 and 0.1 less
                            // than 7.
      {0.7, 0.1, 0, 1, 7},
      {300, 0.1, 0, 1, 3000},
      {1.1, 0.1, 0, 1, 11},
      {0.30000000000000004, 0.1, 0, 1, 4},  // 0.1 + 0.2, as doubles have it, is more.
      {1000, 100, 0.1, 10, 10},
      {1100, 100, 0.1, 10, 10},  // The tolerance's end is within.
      {1100.0001, 100, 0.1, 10, 12},
      {900, 100, 0.1, 10, 10},
      {899, 100, 0.1, 10, 9},
      {1001, 100, 0, 10, 11},
      {1, 100, 0.1, 5, 1},
      {0, 100, 0.1, 5, 0},
      {-7, 100, 0.1, 5, 5},  // A value below zero is none.
      {0, 100, 0.1, 0, 0},
      {0.001, 100, 0.1, 0, 1},
      {250, 100, 0.1, 0, 3},
      {1e308, 100, 0.1, 5, max_count},
      {1e308, 1e-308, 0.1, 5, max_count},
      {1e-308, 1e308, 0.1, 5, 1},
      {5e-324, 5e-324, 0, 5, 1},
      {1.7976931348623157e308, 1.7976931348623157e308, 0, 5, 1},
      {65'535, 1, 0, 5, max_count},
      {65'536, 1, 0, 5, max_count},
      {6.5, 1, 1, 5, 5},  // Up to twice as much is within.
      {3, 1, 1e-300, 3, 3},
      {100, 0, 0.1, 5, 5},  // No target: nothing is asked.
      {100, -1, 0.1, 5, 5},
  }));
  CAPTURE(row.metric, row.target, row.current);
  const auto rule = a_target(TargetRule::Of::total, row.target, row.tolerance);
  CHECK(with_target(rule, row.current, row.metric).decide().count == row.count);
}

TEST_CASE("a target of each is reached by as many more as the metric is above it") {
  struct Row {
    double metric;
    double target;
    InstanceCount current;
    InstanceCount count;
  };

  const auto row = GENERATE(values<Row>({
      {160, 80, 2, 4},
      {81, 80, 10, 10},
      {88, 80, 10, 10},
      {88.1, 80, 10, 12},
      {72, 80, 10, 10},
      {71.9, 80, 10, 9},
      {40, 80, 3, 2},  // Not 1: that one would be above the target.
      {0, 80, 3, 0},
      {0, 80, 0, 0},
      {0.1, 80, 0, 1},
      {1e9, 80, 0, 1},
      {1e9, 80, 3, max_count},
      {0.3, 0.1, 1, 3},
  }));
  CAPTURE(row.metric, row.target, row.current);
  const auto rule = a_target(TargetRule::Of::average, row.target);
  CHECK(with_target(rule, row.current, row.metric).decide().count == row.count);
}

TEST_CASE("no down brings a metric over its target again") {
  for (InstanceCount current = 1; current <= 40; ++current) {
    for (int tenths = 1; tenths < 12; ++tenths) {
      const double value = 0.1 * tenths;
      CAPTURE(current, value);
      auto of_each = with_target(a_target(TargetRule::Of::average, 1.1), current, value).decide();
      if (of_each.direction == Direction::down && of_each.count > 0)
        CHECK(current * value / of_each.count <= 1.1 * (1 + 1e-12));
      auto of_all = with_target(a_target(TargetRule::Of::total, 0.1), current, value).decide();
      if (of_all.direction == Direction::down) CHECK(value / of_all.count <= 0.1 * (1 + 1e-12));
    }
  }
}

TEST_CASE("a target says what it wants, and what it takes") {
  const auto text = [](TargetRule::Of of, double value) {
    return lines_of(with_target(a_target(of, 100), 3, value).decide().reasons);
  };
  CHECK(text(TargetRule::Of::total, 450) ==
        "target[0]: file queue is 450, 100 per instance: 5 wanted\n");
  CHECK(text(TargetRule::Of::average, 95) ==
        "target[0]: file queue is 95, 100 is to be kept: 3 wanted, near enough\n");
}

TEST_CASE("a target over instances is of those that aren't warming up") {
  auto rule = a_target(TargetRule::Of::average, 80);
  rule.metric = file_metric("load", true);
  PolicyWorld world;
  world.policy.warm_up = 60s;
  world.policy.target.push_back(rule);
  world.with(4);
  for (const InstanceNumber number : {1U, 2U})
    world.add(rule.metric, "0:160", PolicyWorld::unit(number));
  for (const InstanceNumber number : {3U, 4U})
    world.instance(number).well_since = PolicyWorld::at(-10);

  SECTION("so that one wave of load starts no second wave of instances") {
    CHECK(in_short(world.decide()) == "stays at 4");
  }
  SECTION("more load than the new ones will take asks for more") {
    world.samples = {};
    for (const InstanceNumber number : {1U, 2U})
      world.add(rule.metric, "0:200", PolicyWorld::unit(number));
    CHECK(in_short(world.decide()) == "up to 5 by target[0]");
  }
  SECTION("and less load lets none of them go before it is warm") {
    world.samples = {};
    for (const InstanceNumber number : {1U, 2U})
      world.add(rule.metric, "0:20", PolicyWorld::unit(number));
    CHECK(in_short(world.decide()) == "stays at 4");
    CHECK(holds(lines_of(world.decide().reasons), "not every instance has a fresh value"));
  }
}

TEST_CASE("a target doesn't scale down while an instance is silent") {
  auto rule = a_target(TargetRule::Of::total, 100);
  rule.metric = file_metric("queue", true);
  rule.aggregation = {Aggregation::Kind::sum};
  PolicyWorld world;
  world.policy.target.push_back(rule);
  world.with(3);
  world.add(rule.metric, "0:40", "web@1.service").add(rule.metric, "0:40", "web@2.service");
  CHECK(in_short(world.decide()) == "stays at 3");
  world.add(rule.metric, "0:40", "web@3.service");
  CHECK(in_short(world.decide()) == "down to 2 by target[0] without 3");
}

TEST_CASE("a target that may not scale down asks for nothing, and agrees to what it wants") {
  auto keeps = a_target(TargetRule::Of::total, 100);
  keeps.may_scale_down = false;
  auto world = with_target(keeps, 10, 300);
  CHECK(in_short(world.decide()) == "stays at 10");
  auto other = a_target(TargetRule::Of::total, 100);
  other.path = "target[1]";
  other.metric = file_metric("other");
  world.policy.target.push_back(other);
  world.add(other.metric, "0:100");
  CHECK(in_short(world.decide()) == "down to 3 by target[1] without 10 9 8 7 6 5 4");
  CHECK(holds(lines_of(world.decide().limits), "not below what agrees: target[0]: file queue"));
  world.add(other.metric, "1:500").at_second(1);
  CHECK(world.decide().count == 5);
}
