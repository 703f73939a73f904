#include "policy/policy_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Demand step(const char* id,
            Asker asker,
            Direction direction,
            std::optional<InstanceCount> by = {}) {
  return {.id = id, .asker = asker, .asked_by = id, .direction = direction, .by = by};
}

Demand alert_up(const char* id = "a", std::optional<InstanceCount> by = {}) {
  return step(id, Asker::alert, Direction::up, by);
}

Demand alert_down(const char* id = "a", std::optional<InstanceCount> by = {}) {
  return step(id, Asker::alert, Direction::down, by);
}

Demand program_wants(InstanceCount count, Asker asker = Asker::program) {
  return {.id = "p", .asker = asker, .asked_by = "p", .count = count};
}

/// Five instances between 2 and 8; steps of 2 up and 1 down.
PolicyWorld five() {
  PolicyWorld world;
  world.policy.min = 2;
  world.policy.max = 8;
  world.policy.remote = RemoteRule{
      .up_by = {.amount = 2}, .down_by = {.amount = 1}, .cooldown_up = 60s, .cooldown_down = 300s};
  world.policy.manual_cooldown = 120s;
  return world.with(5);
}

void add_rule(PolicyWorld& world, Comparison comparison, const char* value) {
  ThresholdRule rule{.path = comparison == Comparison::above ? "scale_up[0]" : "scale_down[0]",
                     .metric = {.source = FileMetric{.name = "load"}},
                     .comparison = comparison,
                     .threshold = comparison == Comparison::above ? 80.0 : 20.0};
  world.add(rule.metric, std::string("0:") + value);
  (comparison == Comparison::above ? world.policy.scale_up : world.policy.scale_down)
      .push_back(rule);
}

}  // namespace

TEST_CASE("a demand moves the count by its own step or the policy's, within the bounds") {
  struct Row {
    const char* name;
    std::vector<Demand> demands;
    const char* decided;
    ReasonKind kind;
  };

  const auto row = GENERATE(values<Row>({
      {"nobody asks", {}, "stays at 5", ReasonKind::steady},
      {"up by the policy's step", {alert_up()}, "up to 7 by a", ReasonKind::alert},
      {"up by its own", {alert_up("a", 1)}, "up to 6 by a", ReasonKind::alert},
      {"up beyond max", {alert_up("a", 100)}, "up to 8 by a", ReasonKind::alert},
      {"down by the policy's step", {alert_down()}, "down to 4 by a without 5", ReasonKind::alert},
      {"down below min", {alert_down("a", 9)}, "down to 2 by a without 5 4 3", ReasonKind::alert},
      {"two ups: the higher",
       {alert_up("a", 1), alert_up("b", 3)},
       "up to 8 by b",
       ReasonKind::alert},
      {"an up and a down: up", {alert_down("a"), alert_up("b")}, "up to 7 by b", ReasonKind::alert},
      {"two downs: the higher count",
       {alert_down("a", 3), alert_down("b", 1)},
       "down to 4 by b without 5",
       ReasonKind::alert},
      {"a program's step",
       {step("p", Asker::program, Direction::up)},
       "up to 7 by p",
       ReasonKind::program},
      {"a program's count", {program_wants(3)}, "down to 3 by p without 5 4", ReasonKind::program},
      {"a program's zero, above min",
       {program_wants(0)},
       "down to 2 by p without 5 4 3",
       ReasonKind::program},
      {"a program before an alert",
       {alert_up(), program_wants(4)},
       "down to 4 by p without 5",
       ReasonKind::program},
      {"the count that there is", {program_wants(5)}, "stays at 5", ReasonKind::program},
      {"an alert that was decided on before",
       {program_wants(7, Asker::alert)},
       "up to 7 by p",
       ReasonKind::alert},
  }));
  INFO(row.name);
  auto world = five();
  world.demands = row.demands;
  const auto decision = world.decide();
  CHECK(in_short(decision) == row.decided);
  CHECK(decision.kind == row.kind);
}

TEST_CASE("alerts are weighed with the rules") {
  struct Row {
    const char* name;
    const char* high;  // What the rule that scales up sees; empty: there is none.
    const char* low;
    Demand demand;
    const char* decided;
  };

  const auto row = GENERATE(values<Row>({
      {"it asks for more than the rule", "90", "", alert_up(), "up to 7 by a"},
      {"the rule asks for as much", "90", "", alert_up("a", 1), "up to 6 by scale_up[0]"},
      {"the rule asks for nothing", "50", "", alert_up("a", 1), "up to 6 by a"},
      {"down while a rule asks for more", "90", "", alert_down(), "up to 6 by scale_up[0]"},
      {"down, and no rule minds", "50", "", alert_down(), "down to 4 by a without 5"},
      {"down while a rule objects", "", "50", alert_down(), "stays at 5"},
      {"down, and a rule agrees",
       "",
       "10",
       alert_down("a", 2),
       "down to 4 by scale_down[0] without 5"},
      {"up while a rule wants fewer", "", "10", alert_up(), "up to 7 by a"},
  }));
  INFO(row.name);
  auto world = five();
  if (*row.high != 0) add_rule(world, Comparison::above, row.high);
  if (*row.low != 0) add_rule(world, Comparison::below, row.low);
  world.demands = {row.demand};
  CHECK(in_short(world.decide()) == row.decided);
}

TEST_CASE("an alert waits for what a rule waits for, but has settled where it comes from") {
  auto world = five();
  const CoolDown closed{.until = PolicyWorld::at(40), .because = "scale_up[0]: 4 -> 5"};
  world.demands = {alert_up()};

  SECTION("a cool-down") {
    world.history.up = closed;
    const auto decision = world.decide();
    CHECK(in_short(decision) == "stays at 5");
    CHECK(decision.kind == ReasonKind::alert);
    REQUIRE(decision.limits.size() == 1);
    CHECK(decision.limits.front() ==
          "up is closed for 40s more after scale_up[0]: 4 -> 5: 5 -> 7 waits");
    CHECK(decision.answered == std::vector<std::string>{"a"});
    CHECK(decision.carried_out.empty());
  }
  SECTION("a cool-down, not a program") {
    world.history.up = closed;
    world.demands = {program_wants(6)};
    CHECK(in_short(world.decide()) == "up to 6 by p");
  }
  SECTION("a cool-down, not one that was decided on before") {
    world.history.up = closed;
    world.demands = {program_wants(6, Asker::alert)};
    CHECK(in_short(world.decide()) == "up to 6 by p");
  }
  SECTION("a rate limit") {
    world.policy.limit_up = RateLimit{.by = {.amount = 1}, .period = 60s};
    CHECK(in_short(world.decide()) == "up to 6 by a");
  }
  SECTION("no settling") {
    world.policy.settle_up = 600s;
    CHECK(in_short(world.decide()) == "up to 7 by a");
  }
}

TEST_CASE("a rule that settles is not carried along by an alert") {
  auto world = five();
  add_rule(world, Comparison::above, "90");
  world.policy.scale_up.front().adjustment.amount = 3;
  world.policy.settle_up = 600s;
  world.demands = {alert_up("a", 1)};
  CHECK(in_short(world.decide()) == "up to 6 by a");
}

TEST_CASE("each decision says which demands it answers, and which it carries out") {
  auto world = five();
  world.demands = {alert_up("up"), alert_down("down")};
  using Ids = std::vector<std::string>;

  SECTION("alerts all at once") {
    const auto decision = world.decide();
    CHECK(decision.answered == Ids{"up", "down"});
    CHECK(decision.carried_out == Ids{"up"});
  }
  SECTION("programs one after the other, all at once, and alerts after them") {
    world.demands.push_back(step("1", Asker::program, Direction::up, 9));
    world.demands.push_back(step("2", Asker::program, Direction::down, 2));
    world.demands.push_back(step("3", Asker::program, Direction::up));
    const auto decision = world.decide();
    // To max, 8; to 6; to 8.
    CHECK(in_short(decision) == "up to 8 by 3");
    CHECK(decision.answered == Ids{"1", "2", "3"});
    CHECK(decision.carried_out == Ids{"1", "2", "3"});
    CHECK(decision.reasons.size() == 3);
  }
  SECTION("none while the bounds decide") {
    world.with(9);
    CHECK(world.decide().answered.empty());
  }
  SECTION("all while a key decides") {
    world.desired = 6;
    const auto decision = world.decide();
    CHECK(decision.answered == Ids{"up", "down"});
    CHECK(decision.carried_out.empty());
  }
  SECTION("all while paused") {
    world.pause = Pause{};
    const auto decision = world.decide();
    CHECK(in_short(decision) == "stays at 5");
    CHECK(decision.kind == ReasonKind::paused);
    CHECK(decision.answered == Ids{"up", "down"});
    CHECK(decision.carried_out.empty());
  }
  SECTION("but of a program nothing while paused: it was promised, and waits") {
    world.pause = Pause{};
    world.demands.push_back(
        {.id = "program", .asker = Asker::program, .asked_by = "program", .count = 7});
    const auto decision = world.decide();
    CHECK(decision.kind == ReasonKind::paused);
    CHECK(decision.answered == Ids{"up", "down"});
  }
  SECTION("at a bound nothing is carried out") {
    world.with(8);
    const auto decision = world.decide();
    CHECK(decision.answered == Ids{"up", "down"});
    CHECK(decision.carried_out.empty());
    CHECK(decision.kind == ReasonKind::alert);
  }
}

TEST_CASE("cool-downs begin as the asker's rule has them") {
  struct Row {
    const char* name;
    Demand demand;
    int up;  // Seconds that each direction is closed; 0: it is open.
    int down;
  };

  const auto row = GENERATE(values<Row>({
      {"an alert's up", alert_up(), 60, 60},
      {"an alert's down", alert_down(), 0, 300},
      {"a program's up", program_wants(6), 120, 120},
      {"a program's down", program_wants(4), 120, 120},
  }));
  INFO(row.name);
  auto world = five();
  world.demands = {row.demand};
  world.tick(0);
  const auto closed_for = [](const std::optional<CoolDown>& cooldown) {
    return cooldown ? (cooldown->until - PolicyWorld::at(0)) / 1s : 0;
  };
  CHECK(closed_for(world.history.up) == row.up);
  CHECK(closed_for(world.history.down) == row.down);
}
