#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// One rule, what it says at five instances, and what it does without data.
struct RuleWords {
  const char* list;   // up, down, target
  const char* value;  // Of its metric; empty: none.
  WithoutData without_data = {};
  InstanceCount amount = 1;
};

void add_rule(PolicyWorld& world, const RuleWords& words, int index) {
  const auto metric = file_metric("m" + std::to_string(index));
  if (*words.value != 0) world.add(metric, std::string("0:") + words.value);
  const std::string list = words.list;
  if (list == "target") {
    TargetRule rule;
    rule.path = "target" + std::to_string(index);
    rule.metric = metric;
    rule.target = 10;
    rule.without_data = words.without_data;
    world.policy.target.push_back(rule);
    return;
  }
  auto rule = list == "up" ? above_80() : below_20();
  rule.path = list + std::to_string(index);
  rule.metric = metric;
  rule.period = 0ms;
  rule.adjustment.amount = words.amount;
  rule.without_data = words.without_data;
  (list == "up" ? world.policy.scale_up : world.policy.scale_down).push_back(rule);
}

constexpr WithoutData hold{.kind = WithoutData::Kind::hold};
constexpr WithoutData asking_more{.kind = WithoutData::Kind::up};
constexpr WithoutData ignore{.kind = WithoutData::Kind::ignore};

constexpr WithoutData fall_back_to(InstanceCount count) {
  return {.kind = WithoutData::Kind::fall_back, .count = count, .after = 3};
}

}  // namespace

TEST_CASE("any rule may ask for more, all must agree to fewer") {
  struct Row {
    const char* name;
    std::vector<RuleWords> rules;
    const char* decided;
  };

  const auto row = GENERATE(values<Row>({
      {"no rule", {}, "stays at 5"},
      {"one up", {{"up", "90"}}, "up to 6 by up0"},
      {"the highest of several",
       {{"up", "90"}, {"up", "90", {}, 3}, {"up", "90", {}, 2}},
       "up to 8 by up1"},
      {"one of them", {{"up", "50"}, {"up", "90"}}, "up to 6 by up1"},
      {"up beside a down", {{"up", "90"}, {"down", "10"}}, "up to 6 by up0"},
      {"up beside a target that wants fewer", {{"up", "90"}, {"target", "10"}}, "up to 6 by up0"},
      {"a target beside an up", {{"up", "90"}, {"target", "75"}}, "up to 8 by target1"},
      {"one down", {{"down", "10"}}, "down to 4 by down0 without 5"},
      {"two downs agree, to the higher count",
       {{"down", "10", {}, 3}, {"down", "10", {}, 2}},
       "down to 3 by down1 without 5 4"},
      {"one of two doesn't", {{"down", "10"}, {"down", "20"}}, "stays at 5"},
      {"an up that doesn't fire objects to nothing",
       {{"up", "50"}, {"down", "10"}},
       "down to 4 by down1 without 5"},
      {"a target that is met objects", {{"down", "10"}, {"target", "50"}}, "stays at 5"},
      {"a target that wants fewer agrees",
       {{"down", "10", {}, 4}, {"target", "30"}},
       "down to 3 by target1 without 5 4"},
      {"a target alone", {{"target", "21"}}, "down to 3 by target0 without 5 4"},
      {"two targets, the higher",
       {{"target", "21"}, {"target", "39"}},
       "down to 4 by target1 without 5"},
  }));
  INFO(row.name);
  PolicyWorld world;
  world.with(5);
  for (std::size_t i = 0; i < row.rules.size(); ++i)
    add_rule(world, row.rules[i], static_cast<int>(i));
  CHECK(in_short(world.decide()) == row.decided);
}

TEST_CASE("without data no rule lowers a count, and each does what it says") {
  struct Row {
    const char* name;
    std::vector<RuleWords> rules;
    int failed;
    const char* decided;
  };

  const auto row = GENERATE(values<Row>({
      {"hold keeps it", {{"down", "", hold}}, 9, "stays at 5"},
      {"hold objects to others' downs", {{"down", "", hold}, {"down", "10"}}, 9, "stays at 5"},
      {"an up on hold objects, too", {{"up", "", hold}, {"down", "10"}}, 0, "stays at 5"},
      {"a target on hold, too", {{"target", "", hold}, {"down", "10"}}, 0, "stays at 5"},
      {"hold lets others ask for more", {{"down", "", hold}, {"up", "90"}}, 0, "up to 6 by up1"},
      {"up asks by its own adjustment", {{"up", "", asking_more, 3}}, 0, "up to 8 by up0"},
      {"up of a down asks by one", {{"down", "", asking_more, 3}}, 0, "up to 6 by down0"},
      {"up of a target asks by one", {{"target", "", asking_more}}, 0, "up to 6 by target0"},
      {"ignore has no say", {{"down", "", ignore}}, 9, "stays at 5"},
      {"ignore objects to nothing",
       {{"down", "", ignore}, {"down", "10"}},
       9,
       "down to 4 by down1 without 5"},
      {"a fall-back waits", {{"target", "", fall_back_to(7)}}, 2, "stays at 5"},
      {"and objects while it does",
       {{"target", "", fall_back_to(3)}, {"down", "10"}},
       2,
       "stays at 5"},
      {"a fall-back asks for its count",
       {{"target", "", fall_back_to(7)}},
       3,
       "up to 7 by target0"},
      {"but for no fewer", {{"target", "", fall_back_to(3)}}, 3, "stays at 5"},
      {"others may go down to it",
       {{"target", "", fall_back_to(3)}, {"down", "10", {}, 4}},
       3,
       "down to 3 by down1 without 5 4"},
      {"and not below", {{"target", "", fall_back_to(5)}, {"down", "10"}}, 3, "stays at 5"},
  }));
  INFO(row.name);
  PolicyWorld world;
  world.with(5);
  world.samples.by_metric["file m0"].looks_without = row.failed;
  for (std::size_t i = 0; i < row.rules.size(); ++i)
    add_rule(world, row.rules[i], static_cast<int>(i));
  CHECK(in_short(world.decide()) == row.decided);
}

TEST_CASE("a down of merged values waits for instances that are silent") {
  using enum Aggregation::Kind;
  const auto [aggregation, decided] = GENERATE(table<Aggregation, std::string>({
      {{any}, "down to 2 by scale_down[0] without 1"},
      {{at_least, 2}, "down to 2 by scale_down[0] without 2"},
      {{all}, "stays at 3"},
      {{average}, "stays at 3"},
      {{maximum}, "stays at 3"},
      {{minimum}, "stays at 3"},
      {{sum}, "stays at 3"},
      {{percentile, 10}, "stays at 3"},
  }));
  CAPTURE(static_cast<int>(aggregation.kind));
  PolicyWorld world;
  world.policy.scale_down.push_back(below_20(true));
  world.policy.scale_down.back().aggregation = aggregation;
  world.with(3);
  world.add(file_metric("load", true), "-40:1 0:1", "web@1.service");
  const auto is_any = aggregation.kind == any;
  world.add(file_metric("load", true), is_any ? "-40:50 0:50" : "-40:1 0:1", "web@2.service");
  CHECK(in_short(world.decide()) == decided);
  const auto before = aggregation.kind == sum ? "-40:1 0:1" : "-40:2 0:2";
  world.add(file_metric("load", true), before, "web@3.service");
  if (!is_any) CHECK(world.decide().direction == Direction::down);
}

TEST_CASE("a sum that fell because one was silent for a while isn't low for so long") {
  PolicyWorld world;
  world.policy.scale_down.push_back(below_20(true));
  world.policy.scale_down.back().aggregation = {Aggregation::Kind::sum};
  world.policy.scale_down.back().staleness = 20s;
  world.policy.scale_down.back().period = 40s;
  const auto load = file_metric("load", true);
  world.with(2).at_second(60);
  world.add(load, "0:1 10:1 20:1 30:1 40:1 50:1 60:1", "web@1.service");
  SECTION("silent from 25 to 49, though low before and after") {
    world.add(load, "0:2 5:2 50:2 60:2", "web@2.service");
    CHECK(in_short(world.decide()) == "stays at 2");
  }
  SECTION("never silent") {
    world.add(load, "0:2 15:2 30:2 50:2 60:2", "web@2.service");
    CHECK(in_short(world.decide()) == "down to 1 by scale_down[0] without 2");
  }
}

TEST_CASE("where all instances warm up, nobody asks for more beside them") {
  PolicyWorld world;
  world.policy.warm_up = 60s;
  world.policy.scale_up.push_back(above_80(true));
  world.policy.scale_up.back().without_data = asking_more;
  world.with(1);
  CHECK(in_short(world.decide()) == "up to 2 by scale_up[0]");
  world.instance(1).well_since = PolicyWorld::at(-30);
  CHECK(in_short(world.decide()) == "stays at 1");
  world.instance(1).well_since.reset();
  CHECK(in_short(world.decide()) == "stays at 1");
  CHECK(in_short(world.with(0).decide()) == "up to 1 by scale_up[0]");
}

TEST_CASE("what is missing is said with its reason") {
  PolicyWorld world;
  world.policy.scale_up.push_back(above_80());
  world.with(1);
  CHECK(lines_of(world.decide().reasons) ==
        "scale_up[0]: no fresh value of file load (nothing was read yet): it keeps the count from "
        "falling\n");
  world.add(file_metric("load"), "-300:1");
  world.samples.by_metric["file load"].looks_without = 2;
  world.samples.by_metric["file load"].last_failure = "connection refused";
  CHECK(lines_of(world.decide().reasons) ==
        "scale_up[0]: no fresh value of file load (the newest is 5m old; 2 looks found none: "
        "connection refused): it keeps the count from falling\n");
  world.policy.scale_up.back().without_data = fall_back_to(4);
  world.samples.by_metric["file load"].looks_without = 3;
  CHECK(holds(lines_of(world.decide().reasons), ": it falls back to 4\n"));
  CHECK(world.decide().kind == ReasonKind::no_data);
}

TEST_CASE("the rule that decides is named first, and one that objects among the limits") {
  PolicyWorld world;
  world.with(5);
  add_rule(world, {"up", "50"}, 0);
  add_rule(world, {"up", "90", {}, 3}, 1);
  add_rule(world, {"down", "30"}, 2);
  world.policy.scale_up.back().cooldown = 90s;
  auto decision = world.decide();
  CHECK(decision.reasons.size() == 3);
  CHECK(holds(decision.reasons.front(), "up1: file m1 is 90 (above 80)"));
  CHECK(decision.cooldown == 90s);
  CHECK(decision.kind == ReasonKind::threshold);
  CHECK(decision.recommended == 8U);

  world.policy.scale_up.clear();
  add_rule(world, {"down", "10"}, 3);
  decision = world.decide();
  CHECK(in_short(decision) == "stays at 5");
  CHECK(lines_of(decision.limits) == "not down: down2: file m2 is 30, not below 20\n");
  CHECK(decision.kind == ReasonKind::steady);
  CHECK(decision.recommended == 5U);
}

TEST_CASE("a recommendation is what the rules say, whatever becomes of it") {
  PolicyWorld world;
  world.with(5);
  CHECK(world.decide().recommended == std::nullopt);
  add_rule(world, {"up", "", ignore}, 0);
  CHECK(world.decide().recommended == std::nullopt);
  add_rule(world, {"up", "50"}, 1);
  CHECK(world.decide().recommended == 5U);
  add_rule(world, {"up", "90", {}, 9}, 2);
  world.policy.max = 6;
  CHECK(world.decide().recommended == 14U);
  CHECK(world.decide().count == 6);
  world.pause = Pause{};
  CHECK(world.decide().recommended == 14U);
  CHECK(world.decide().count == 5);
}
