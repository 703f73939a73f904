#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a threshold fires when every sample of the period breaches, the newest included") {
  struct Row {
    const char* name;
    const char* series;
    int now;
    bool fires;
  };

  const auto row = GENERATE(values<Row>({
      {"exactly as long as the period", "0:81 10:85 20:90 30:99", 30, true},
      {"not yet as long", "0:81 10:85 20:90 29:99", 29, false},
      {"one missed at the end", "0:81 10:85 20:90 30:99 40:80", 40, false},
      {"one missed in between", "0:81 10:85 20:79 30:99 40:99", 40, false},
      {"long enough since the miss", "0:81 10:79 20:81 30:99 40:99 50:81", 50, true},
      {"misses before don't matter", "-20:1 -10:1 0:81 30:82", 30, true},
      {"the threshold itself is no breach", "0:81 10:80 20:81 30:81", 30, false},
      {"the newest is as old as may be", "0:81 30:81", 90, true},
      {"the newest is too old", "0:81 30:81", 91, false},
      {"a gap as long as may be", "0:81 60:81", 60, true},
      {"a gap too long", "0:81 61:81", 61, false},
      {"a gap before the run", "0:81 61:81 91:81", 91, true},
      {"nothing was measured", "", 0, false},
      {"one sample", "0:99", 0, false},
      {"huge values", "0:1e308 30:1e308", 30, true},
      {"negative values", "0:-1e308 30:-1e308", 30, false},
      {"a sample from ahead, within the staleness", "0:81 60:81", 0, true},
      {"one from further ahead is passed over", "0:81 30:81 200:1", 30, true},
      {"and can't fire", "0:1 3000:99 3030:99", 0, false},
      {"times of 1970", "-1795248000:99 -1795247970:99", -1795247970, true},
  }));
  CAPTURE(row.name);
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.with(3).add(file_metric("load"), row.series).at_second(row.now);
  CHECK(in_short(world.decide()) == (row.fires ? "up to 4 by scale_up[0]" : "stays at 3"));
}

TEST_CASE("samples in any order of arrival lead to the same decision") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.with(3).at_second(30);
  world.add(file_metric("load"), "30:99 10:79 20:99 0:99");
  CHECK(in_short(world.decide()) == "stays at 3");
}

TEST_CASE("a period of zero is over with one sample that breaches") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.policy.scale_up.back().period = 0ms;
  world.with(1).add(file_metric("load"), "0:81").at_second(60);
  CHECK(in_short(world.decide()) == "up to 2 by scale_up[0]");
  CHECK(in_short(world.at_second(61).decide()) == "stays at 1");
}

TEST_CASE("so many of the last samples may be enough") {
  struct Row {
    const char* series;
    bool fires;
  };

  const auto row = GENERATE(values<Row>({
      {"0:99 10:99 20:99 30:1 40:1", true},
      {"0:99 10:1 20:99 30:1 40:99", true},
      {"0:99 10:1 20:99 30:1 40:1", false},
      {"-10:99 0:99 10:1 20:99 30:1 40:1", false},
      {"10:99 20:99 30:99 40:99", false},  // Only four are there.
      {"-21:99 0:99 10:99 20:99 40:1", true},
      {"-61:99 0:99 20:99 30:99 40:1", false},  // The fifth is behind a gap.
  }));
  CAPTURE(row.series);
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.policy.scale_up.back().points = PointsOf{.breaching = 3, .of = 5};
  world.with(1).add(file_metric("load"), row.series).at_second(40);
  CHECK(in_short(world.decide()) == (row.fires ? "up to 2 by scale_up[0]" : "stays at 1"));
  world.at_second(101);
  CHECK(in_short(world.decide()) == "stays at 1");
}

TEST_CASE("an adjustment is of instances, of a percentage, or exact") {
  struct Row {
    Adjustment adjustment;
    InstanceCount current;
    InstanceCount up;
    InstanceCount down;
  };
  using enum Adjustment::Kind;

  const auto row = GENERATE(values<Row>({
      {{instances, 1}, 3, 4, 2},
      {{instances, 5}, 3, 8, 0},
      {{instances, 0}, 3, 3, 3},
      {{instances, 4'000'000'000}, 3, max_count, 0},
      {{percent, 50}, 4, 6, 2},
      {{percent, 10}, 3, 4, 2},  // Away from zero.
      {{percent, 34}, 3, 5, 1},
      {{percent, 100}, 3, 6, 0},
      {{percent, 100}, 0, 1, 0},  // At least one.
      {{percent, 0}, 3, 3, 3},
      {{percent, 4'000'000'000}, 60'000, max_count, 0},
      {{exact, 7}, 3, 7, 3},  // A scale_down never raises,
      {{exact, 2}, 3, 3, 2},  // nor does a scale_up lower.
      {{exact, 4'000'000'000}, 3, max_count, 3},
  }));
  CAPTURE(static_cast<int>(row.adjustment.kind), row.adjustment.amount, row.current);
  PolicyWorld up;
  up.policy.scale_up.push_back(above_80());
  up.policy.scale_up.back().adjustment = row.adjustment;
  CHECK(up.with(row.current).add(file_metric("load"), "-30:81 0:81").decide().count == row.up);
  PolicyWorld down;
  down.policy.scale_down.push_back(below_20());
  down.policy.scale_down.back().adjustment = row.adjustment;
  CHECK(down.with(row.current).add(file_metric("load"), "-30:1 0:1").decide().count == row.down);
}

TEST_CASE("of the steps the furthest that the newest value reaches counts") {
  struct Row {
    double value;
    InstanceCount up;
  };

  const auto row = GENERATE(
      values<Row>({{80, 10}, {81, 11}, {89.9, 11}, {90, 12}, {99, 12}, {100, 15}, {1e300, 15}}));
  CAPTURE(row.value);
  using enum Adjustment::Kind;
  PolicyWorld world;
  auto rule = above_80();
  rule.period = 0ms;
  rule.steps = {{90, {instances, 2}}, {100, {percent, 50}}};
  world.policy.scale_up.push_back(rule);
  world.with(10).samples.add("file load", "", {world.now, row.value});
  CHECK(world.decide().count == row.up);

  PolicyWorld mirrored;
  rule = below_20();
  rule.period = 0ms;
  rule.steps = {{10, {instances, 2}}, {0, {percent, 50}}};
  mirrored.policy.scale_down.push_back(rule);
  mirrored.with(10).samples.add("file load", "", {mirrored.now, 100 - row.value});
  CHECK(mirrored.decide().count == 20 - row.up);
}

TEST_CASE("instances answer for themselves, or their values are merged") {
  using enum Aggregation::Kind;

  struct Row {
    Aggregation aggregation;
    const char* values;  // Of web@1, web@2, …
    bool fires;
  };

  const auto row = GENERATE(values<Row>({
      {{any}, "10 81 10", true},
      {{any}, "80 80 80", false},
      {{all}, "81 81 81", true},
      {{all}, "81 80 81", false},
      {{at_least, 2}, "81 80 81", true},
      {{at_least, 2}, "81 80 80", false},
      {{at_least, 4}, "81 81 81", false},
      {{at_least, 0}, "81 80 80", true},
      {{average}, "70 80 91", true},
      {{average}, "70 80 90", false},
      {{maximum}, "10 81 10", true},
      {{maximum}, "10 80 10", false},
      {{minimum}, "81 82 83", true},
      {{minimum}, "81 80 83", false},
      {{sum}, "30 30 21", true},
      {{sum}, "30 30 20", false},
      {{sum}, "1e308 1e308 1e308", true},
      {{percentile, 50}, "1 81 82", true},
      {{percentile, 50}, "80 81 1", false},
      {{percentile, 33}, "81 82 83", true},
      {{percentile, 34}, "1 81 82", true},
      {{percentile, 33}, "1 81 82", false},
      {{percentile, 100}, "1 1 81", true},
      {{percentile, 100}, "1 1 80", false},
  }));
  CAPTURE(static_cast<int>(row.aggregation.kind), row.aggregation.number, row.values);
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.policy.scale_up.back().aggregation = row.aggregation;
  world.with(3);
  std::istringstream numbers(row.values);
  InstanceNumber number = 0;
  for (double value = 0; numbers >> value;) {
    ++number;
    for (const int second : {-40, -20, 0})
      world.samples.add("file load per instance",
                        PolicyWorld::unit(number),
                        {PolicyWorld::at(second + static_cast<int>(number)), value});
  }
  world.at_second(5);
  CHECK(in_short(world.decide()) == (row.fires ? "up to 4 by scale_up[0]" : "stays at 3"));
}

TEST_CASE("a merged series breaches at every moment of any of its samples") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.policy.scale_up.back().aggregation = {Aggregation::Kind::average};
  world.with(2).at_second(30);
  const auto load = file_metric("load", true);
  world.add(load, "0:100 10:100 20:100 30:100", "web@1.service");
  SECTION("it does") {
    world.add(load, "0:70 15:70 30:70", "web@2.service");
    CHECK(in_short(world.decide()) == "up to 3 by scale_up[0]");
  }
  SECTION("it doesn't between two samples of the first") {
    world.add(load, "0:70 15:50 17:70 30:70", "web@2.service");
    CHECK(in_short(world.decide()) == "stays at 2");
  }
}

TEST_CASE("a value older than the staleness isn't merged any more") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.policy.scale_up.back().aggregation = {Aggregation::Kind::average};
  world.policy.scale_up.back().staleness = 20s;
  world.with(2).at_second(40);
  world.add(file_metric("load", true), "0:100 10:100 20:100 30:100 40:100", "web@1.service");
  world.add(file_metric("load", true), "-15:1", "web@2.service");
  // Until second 5 the average is 50.5; from 10 on web@2 doesn't count.
  CHECK(in_short(world.decide()) == "up to 3 by scale_up[0]");
  CHECK(in_short(
            world.at_second(40).add(file_metric("load", true), "5:1", "web@2.service").decide()) ==
        "stays at 2");
}

TEST_CASE("only series of instances that are there count") {
  const auto [name, fires] = GENERATE(table<std::string, bool>({
      {"web@2.service", true},
      {"web@2", true},
      {"web@3.service", false},
      {"other@2.service", false},
      {"4f1e2d", false},
      {"", false},
  }));
  CAPTURE(name);
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.with(2).add(file_metric("load", true), "-30:99 0:99", name);
  CHECK(in_short(world.decide()) == (fires ? "up to 3 by scale_up[0]" : "stays at 2"));
}

TEST_CASE("of an instance that is known by two names the fresher series counts") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.with(1);
  world.add(file_metric("load", true), "-40:99 -10:99", "web@1.service");
  world.add(file_metric("load", true), "-30:1 0:1", "web@1");
  CHECK(in_short(world.decide()) == "stays at 1");
}

TEST_CASE("what an instance measures while it warms up counts neither then nor later") {
  struct Row {
    const char* name;
    int well_since;
    int now;
    const char* series;
    bool fires;
  };

  const auto row = GENERATE(values<Row>({
      {"within its warm-up", 0, 59, "0:99 30:99 59:99", false},
      {"just after it", 0, 60, "0:99 30:99 59:99", false},
      {"measured warm for long enough", 0, 90, "0:99 30:99 60:99 90:99", true},
      {"not for long enough", 0, 89, "0:99 30:99 60:99 89:99", false},
      {"well since long ago", -1'000, 60, "30:99 60:99", true},
      {"well since a moment ahead", 10, 0, "-30:99 0:99", false},
  }));
  CAPTURE(row.name);
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.policy.warm_up = 60s;
  world.with(1).add(file_metric("load", true), row.series, "web@1.service").at_second(row.now);
  world.instance(1).well_since = PolicyWorld::at(row.well_since);
  CHECK(in_short(world.decide()) == (row.fires ? "up to 2 by scale_up[0]" : "stays at 1"));
}

TEST_CASE("what another instance of the same number measured isn't the new one's") {
  PolicyWorld world;
  world.policy.scale_down.push_back(below_20(true));
  world.with(2).at_second(30);
  world.add(file_metric("load", true), "-30:1 0:1 30:1", "web@2.service");
  CHECK(in_short(world.decide()) == "down to 1 by scale_down[0] without 2");
  world.instance(2).well_since = PolicyWorld::at(10);
  CHECK(in_short(world.decide()) == "stays at 2");
  world.instance(2).well_since = PolicyWorld::at(0);
  CHECK(in_short(world.decide()) == "down to 1 by scale_down[0] without 2");
}

TEST_CASE("an instance that isn't well has no say") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.with(1).add(file_metric("load", true), "-30:99 0:99", "web@1.service");
  CHECK(in_short(world.decide()) == "up to 2 by scale_up[0]");
  world.instance(1).well_since.reset();
  CHECK(in_short(world.decide()) == "stays at 1");
}

TEST_CASE("a reason says the metric, its value, the threshold and for how long") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.with(1).add(file_metric("load"), "0:91 30:92.5").at_second(30);
  CHECK(lines_of(world.decide().reasons) == "scale_up[0]: file load is 92.5 (above 80) for 30s\n");
  world.at_second(25).samples = {};
  world.add(file_metric("load"), "0:91 25:92.5");
  CHECK(lines_of(world.decide().reasons) ==
        "scale_up[0]: file load is 92.5 (above 80) for 25s of 30s\n");
  world.add(file_metric("load"), "26:42");
  CHECK(lines_of(world.decide().reasons) == "scale_up[0]: file load is 42, not above 80\n");
}

TEST_CASE("a reason names the instance whose metric fired") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80(true));
  world.with(3);
  world.add(file_metric("load", true), "-30:91 0:92", "web@1.service");
  world.add(file_metric("load", true), "-30:91 0:95", "web@2.service");
  world.add(file_metric("load", true), "-30:91 0:12", "web@3.service");
  CHECK(lines_of(world.decide().reasons) ==
        "scale_up[0]: file load per instance of web@2.service is 95 (above 80) for 30s, and of 1 "
        "more\n");
  world.policy.scale_up.back().aggregation = {Aggregation::Kind::all};
  CHECK(holds(lines_of(world.decide().reasons), "; 3 of 3 are needed"));
  world.policy.scale_up.back().aggregation = {Aggregation::Kind::percentile, 95};
  CHECK(holds(lines_of(world.decide().reasons), "p95 of file load per instance is 95 (above 80)"));
}
