// What Dynamite was measured to do at its edges, row by row in the words of the record, and what
// happens here instead.
#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Metric cpu_of(const std::string& type, bool per_instance) {
  return {.source = EtcdMetric{.type = type, .folder = "cpu_user"}, .per_instance = per_instance};
}

/// Dynamite's kind of policy: period 30 s, cool-down 60 s, one step.
ThresholdRule dynamite_rule(const std::string& name, Comparison comparison, double threshold) {
  ThresholdRule rule;
  rule.path = name;
  rule.metric = cpu_of("webserver", false);
  rule.comparison = comparison;
  rule.threshold = threshold;
  rule.period = 30s;
  rule.cooldown = 60s;
  return rule;
}

PolicyWorld scaling_up(InstanceCount current) {
  PolicyWorld world;
  world.policy.min = 1;
  world.policy.max = 10;
  world.policy.scale_up.push_back(dynamite_rule("scale_up", Comparison::above, 80));
  world.with(current);
  return world;
}

PolicyWorld scaling_down_by_instance(InstanceCount current) {
  PolicyWorld world;
  world.policy.min = 1;
  auto rule = dynamite_rule("scale_down", Comparison::below, 30);
  rule.metric = cpu_of("webserver", true);
  world.policy.scale_down.push_back(rule);
  world.with(current);
  return world;
}

/// At which seconds the daemon acted, deciding at each sample as it comes: `30: up to 3; `
std::string acted(PolicyWorld& world, const std::string& series) {
  std::istringstream words(series);
  std::string text;
  for (std::string word; words >> word;) {
    world.add(cpu_of("webserver", false), word);
    const auto decision = world.tick(std::atoi(word.c_str()));
    if (decision.direction == Direction::none) continue;
    text += word.substr(0, word.find(':')) + ": " + std::string(to_string(decision.direction)) +
            " to " + std::to_string(decision.count) + "; ";
  }
  return text;
}

}  // namespace

TEST_CASE("Dynamite's edges of period and cool-down, and what is done instead") {
  struct Row {
    const char* edge;  // What Dynamite does.
    const char* instead;
    const char* series;
    const char* acted;
  };

  const auto row = GENERATE(values<Row>({
      {"period 30: hits at 0,10,20,30: no action at exactly 30; first value after 30 fires",
       "30 s of hits are 30 s: it fires at 30",
       "0:90 10:90 20:90 30:90 31:90",
       "30: up to 3; "},
      {"hits at 0,10,29 then 5 (not a hit) at 31: fires",
       "the newest sample must breach, too",
       "0:90 10:90 29:90 31:5",
       ""},
      {"hit at 0, next sample one hour later, not a hit: fires, cool-down long expired",
       "not a hit fires nothing",
       "0:90 3600:5",
       ""},
      {"the same with a hit after the hour",
       "a gap longer than the staleness begins anew",
       "0:90 3600:90 3630:90",
       "3630: up to 3; "},
      {"hit 0, miss 10, hit 20, hit 51: timer reset at 10; fires at 51",
       "the same",
       "0:90 10:5 20:90 51:90",
       "51: up to 3; "},
      {"action at 85 (sparse), cool-down 60: counted from 30, over at 90, 5 s after the action",
       "60 s from the action: over at 145",
       "0:90 50:90 85:90 91:90 120:90 144:90 145:90",
       "50: up to 3; 120: up to 4; "},
      {"ts - start == cool-down: still ignored (inclusive)",
       "a cool-down of 60 s is over after 60 s",
       "0:90 30:90 60:90 89:90 90:90",
       "30: up to 3; 90: up to 4; "},
      {"value == threshold: not a hit", "the same", "0:80 10:80 20:80 30:80 31:80", ""},
      {"equal or older timestamps: ignored",
       "of one moment the first counts; an older one is put in its place",
       "0:90 10:90 20:90 20:5 30:90",
       "30: up to 3; "},
  }));
  INFO(row.edge);
  INFO(row.instead);
  auto world = scaling_up(2);
  CHECK(acted(world, row.series) == row.acted);
}

TEST_CASE("Dynamite: period 0 still needs two samples. Here one is enough") {
  auto world = scaling_up(2);
  world.policy.scale_up[0].period = 0ms;
  CHECK(acted(world, "0:90") == "0: up to 3; ");
}

TEST_CASE("Dynamite ignores older timestamps. Here one that comes late still ends the run") {
  auto world = scaling_up(2);
  CHECK(acted(world, "0:90 10:90 20:90 15:5 30:90 44:90") == "");
  CHECK(acted(world, "50:90") == "50: up to 3; ");
}

TEST_CASE(
    "Dynamite: instance B triggered before A's action starts the cool-down: B's first value "
    "afterwards fires even if not a hit. Here B's own samples decide") {
  auto world = scaling_down_by_instance(3);
  const auto cpu = cpu_of("webserver", true);
  world.add(cpu, "0:10 30:10", "web@1.service").add(cpu, "20:10 30:10", "web@2.service");
  world.add(cpu, "0:50 30:50 60:50 90:50", "web@3.service");
  CHECK(in_short(world.tick(30)) == "down to 2 by scale_down without 1");
  world.add(cpu, "60:10", "web@2.service");
  SECTION("not a hit") {
    world.add(cpu, "90:50", "web@2.service");
    CHECK(in_short(world.tick(90)) == "stays at 2");
  }
  SECTION("hits all the time: at once, when the cool-down is over") {
    CHECK(in_short(world.tick(89)) == "stays at 2");
    world.add(cpu, "90:10", "web@2.service");
    CHECK(in_short(world.tick(90)) == "down to 1 by scale_down without 2");
  }
}

TEST_CASE(
    "Dynamite (B8): a metric of type database with the same name drives the webserver policy. "
    "Here the type is part of the metric") {
  // B8: policies are matched by the metric's name alone.
  auto world = scaling_up(2);
  world.add(cpu_of("database", false), "0:99 30:99").at_second(30);
  CHECK(in_short(world.decide()) == "stays at 2");
  world.add(cpu_of("webserver", false), "0:99 30:99");
  CHECK(in_short(world.decide()) == "up to 3 by scale_up");
}

TEST_CASE(
    "Dynamite: a message for a metric no service uses loses the iteration. Here it is passed "
    "over") {
  auto world = scaling_up(2);
  world.add({.source = EtcdMetric{.type = "nobody", .folder = "nothing"}}, "0:1 30:1");
  world.add(cpu_of("webserver", false), "0:99 30:99").at_second(30);
  CHECK(in_short(world.decide()) == "up to 3 by scale_up");
}

TEST_CASE("Dynamite: a down may follow an up at once. Here an up's cool-down closes both ways") {
  auto world = scaling_up(2);
  world.policy.scale_down.push_back(dynamite_rule("scale_down", Comparison::below, 30));
  CHECK(acted(world, "0:90 30:90 40:10 70:10 89:10 91:10") == "30: up to 3; 91: down to 2; ");
}

TEST_CASE(
    "Dynamite: a policy name shared by two services gets separate state. Here all state is a "
    "service's own") {
  auto one = scaling_up(2);
  auto other = scaling_up(2);
  CHECK(acted(one, "0:90 30:90 60:90") == "30: up to 3; ");
  CHECK(acted(other, "0:90 30:90 60:90") == "30: up to 3; ");
}

TEST_CASE(
    "Dynamite: a per-instance scale-up adds one when any single instance is over. The same, and k "
    "of n instances or a merged value where the rule says so") {
  auto world = scaling_up(2);
  world.policy.scale_up[0].metric = cpu_of("webserver", true);
  world.add(cpu_of("webserver", true), "0:99 30:99", "web@1.service").at_second(30);
  world.add(cpu_of("webserver", true), "0:9 30:9", "web@2.service");
  CHECK(in_short(world.decide()) == "up to 3 by scale_up");
  world.policy.scale_up[0].aggregation = {Aggregation::Kind::at_least, 2};
  CHECK(in_short(world.decide()) == "stays at 2");
}

TEST_CASE("Dynamite: several actions per message are possible. Here one decision is one action") {
  auto world = scaling_down_by_instance(5);
  for (const InstanceNumber number : {1U, 2U, 3U})
    world.add(cpu_of("webserver", true), "0:9 30:9", PolicyWorld::unit(number));
  CHECK(in_short(world.at_second(30).decide()) == "down to 4 by scale_down without 3");
}

TEST_CASE(
    "Dynamite: refused actions cost a cool-down. Here a cool-down begins with what was carried "
    "out") {
  auto world = scaling_up(3);
  world.policy.max = 3;
  CHECK(acted(world, "0:90 30:90") == "");
  world.policy.max = 4;
  CHECK(acted(world, "31:90") == "31: up to 4; ");
}

TEST_CASE("Dynamite: nothing of timers and cool-downs survives. Here both do") {
  auto world = scaling_up(2);
  CHECK(acted(world, "0:90 30:90") == "30: up to 3; ");
  // A process that knows the history and the samples, and nothing else.
  auto restarted = scaling_up(3);
  restarted.history = world.history;
  restarted.samples = world.samples;
  CHECK(acted(restarted, "60:90 89:90 90:90") == "90: up to 4; ");
}

TEST_CASE(
    "Dynamite: an aggregated scale-down takes an arbitrary instance, once per run. Here the rule "
    "for victims chooses, each time") {
  PolicyWorld world;
  world.policy.scale_down.push_back(dynamite_rule("scale_down", Comparison::below, 30));
  world.with(4);
  world.instance(2).is_idle = true;
  world.add(cpu_of("webserver", false), "0:9 30:9 60:9 90:9");
  CHECK(in_short(world.tick(30)) == "down to 3 by scale_down without 2");
  CHECK(in_short(world.tick(90)) == "down to 2 by scale_down without 4");
}

TEST_CASE(
    "Dynamite: a metric whose instance nobody resolves removes the newest. Here it is passed over, "
    "and without data nobody goes") {
  auto world = scaling_down_by_instance(2);
  world.add(cpu_of("webserver", true), "0:9 30:9", "7c1d0c4e").at_second(30);
  CHECK(in_short(world.decide()) == "stays at 2");
  CHECK(holds(lines_of(world.decide().reasons), "it keeps the count from falling"));
}

TEST_CASE(
    "Dynamite counts for itself (B5: start failures multiply to max; a refused create counts). "
    "Here the count is the cluster's, and one that failed to start is there") {
  auto world = scaling_up(1);
  world.instance(1).is_idle = true;
  world.instance(1).well_since.reset();
  for (int second = 0; second < 300; second += 10)
    CHECK(in_short(world.tick(second)) == "stays at 1");
}

TEST_CASE(
    "Dynamite's bounds are checked against a counter that drifts. Here they hold by what is there, "
    "without any metric") {
  auto world = scaling_up(2);
  world.policy.min = 3;
  CHECK(in_short(world.decide()) == "up to 3 by min");
  CHECK(in_short(world.with(12).decide()) == "down to 10 by max without 12 11");
}

TEST_CASE("Dynamite (B6): a failed removal is never repeated. Here it is decided again") {
  // B6: the removal's state is forgotten before it is asked for.
  auto world = scaling_down_by_instance(2);
  world.add(cpu_of("webserver", true), "0:9 30:9", "web@2.service").at_second(30);
  const auto first = world.decide();
  CHECK(in_short(first) == "down to 1 by scale_down without 2");
  world.history = remembered(world.history, world.policy, first, 2, world.now);
  // It failed: there was no action, and both are still there.
  CHECK(in_short(world.at_second(40).decide()) == "down to 1 by scale_down without 2");
}

TEST_CASE("the authors' own cases: two to four around a cool-down, five to three of those idle") {
  SECTION("scale_up_apache") {
    auto world = scaling_up(2);
    std::string series;
    for (int second = 0; second <= 120; second += 10)
      series += std::to_string(second) + ":95 ";
    CHECK(acted(world, series) == "30: up to 3; 90: up to 4; ");
  }
  SECTION("scale_down_apache") {
    auto world = scaling_down_by_instance(5);
    const auto cpu = cpu_of("webserver", true);
    for (const InstanceNumber number : {2U, 3U, 4U, 5U})
      world.add(cpu, "0:60 30:60", PolicyWorld::unit(number));
    world.add(cpu, "0:9 30:9", "web@1.service").at_second(30);
    CHECK(in_short(world.decide()) == "down to 4 by scale_down without 1");
  }
}
