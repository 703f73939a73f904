#include "policy/policy_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// A target of 10 for each, whose metric says how many instances are wanted.
PolicyWorld following_a_queue(InstanceCount current) {
  PolicyWorld world;
  TargetRule rule;
  rule.path = "target[0]";
  rule.metric = file_metric("queue");
  rule.target = 10;
  rule.tolerance = 0;
  rule.staleness = 24h;
  world.policy.target.push_back(rule);
  world.with(current);
  return world;
}

/// `0:5` becomes a queue for five instances at second 0.
PolicyWorld& wanting(PolicyWorld& world, int second, InstanceCount count) {
  world.samples.add("file queue", "", {PolicyWorld::at(second), 10.0 * count});
  return world;
}

Decision tick_wanting(PolicyWorld& world, int second, InstanceCount count) {
  return wanting(world, second, count).tick(second);
}

}  // namespace

TEST_CASE("an up's cool-down closes both directions, a down's the way down alone") {
  struct Row {
    const char* name;
    InstanceCount first;   // Wanted at second 0, with 5 there.
    int then;              // Seconds later
    InstanceCount second;  // this many are wanted.
    const char* decided;
  };

  const auto row = GENERATE(values<Row>({
      {"up after up", 6, 29, 7, "stays at 6"},
      {"up after up, later", 6, 30, 7, "up to 7 by target[0]"},
      {"down after up", 6, 29, 5, "stays at 6"},
      {"down after up, later", 6, 30, 5, "down to 5 by target[0] without 6"},
      {"down after down", 4, 59, 3, "stays at 4"},
      {"down after down, later", 4, 60, 3, "down to 3 by target[0] without 4"},
      {"an urgent up goes through a down's", 4, 1, 9, "up to 9 by target[0]"},
  }));
  INFO(row.name);
  auto world = following_a_queue(5);
  world.policy.target[0].cooldown_up = 30s;
  world.policy.target[0].cooldown_down = 60s;
  CHECK(tick_wanting(world, 0, row.first).direction != Direction::none);
  CHECK(in_short(tick_wanting(world, row.then, row.second)) == row.decided);
}

TEST_CASE("a cool-down is said with what began it and how long it lasts") {
  auto world = following_a_queue(5);
  world.policy.target[0].cooldown_up = 30s;
  tick_wanting(world, 0, 6);
  const auto decision = tick_wanting(world, 12, 7);
  CHECK(lines_of(decision.limits) ==
        "up is closed for 18s more after target[0]: 5 -> 6 at 08:00:00: 6 -> 7 waits\n");
  CHECK(decision.kind == ReasonKind::target);
  CHECK(decision.recommended == 7U);
}

TEST_CASE("an up ends the cool-down of a down") {
  auto world = following_a_queue(5);
  world.policy.target[0].cooldown_down = 60s;
  tick_wanting(world, 0, 4);
  CHECK(in_short(tick_wanting(world, 1, 6)) == "up to 6 by target[0]");
  CHECK(!world.history.down);
  CHECK(in_short(tick_wanting(world, 2, 5)) == "down to 5 by target[0] without 6");
}

TEST_CASE("somebody else's change closes both directions for a while") {
  auto world = following_a_queue(5);
  tick_wanting(world, 0, 5);
  world.with(7);
  CHECK(in_short(tick_wanting(world, 10, 5)) == "stays at 7");
  CHECK(holds(lines_of(world.decide().limits),
              "down is closed for 1m more after somebody else: 5 -> 7 at 08:00:10"));
  CHECK(in_short(tick_wanting(world, 69, 9)) == "stays at 7");
  CHECK(in_short(tick_wanting(world, 70, 9)) == "up to 9 by target[0]");
}

TEST_CASE("a down goes to the highest recommended in its window") {
  auto world = following_a_queue(10);
  world.policy.settle_down = 60s;
  CHECK(in_short(tick_wanting(world, 0, 10)) == "stays at 10");
  CHECK(in_short(tick_wanting(world, 10, 4)) == "stays at 10");
  CHECK(in_short(tick_wanting(world, 20, 7)) == "stays at 10");
  for (const int second : {30, 40, 50})
    CHECK(in_short(tick_wanting(world, second, 3)) == "stays at 10");
  CHECK(in_short(tick_wanting(world, 60, 3)) == "down to 7 by target[0] without 10 9 8");
  CHECK(in_short(tick_wanting(world, 70, 3)) == "stays at 7");
  CHECK(lines_of(world.decide().limits) ==
        "asked for 3, settling at 7, the highest of the last 1m, for 10s more\n");
  CHECK(in_short(tick_wanting(world, 80, 3)) == "down to 3 by target[0] without 7 6 5 4");
}

TEST_CASE("an up goes to the lowest recommended in its window") {
  auto world = following_a_queue(5);
  world.policy.settle_up = 30s;
  CHECK(in_short(tick_wanting(world, 0, 5)) == "stays at 5");
  CHECK(in_short(tick_wanting(world, 10, 9)) == "stays at 5");
  CHECK(in_short(tick_wanting(world, 20, 7)) == "stays at 5");
  CHECK(in_short(tick_wanting(world, 30, 8)) == "up to 7 by target[0]");
}

TEST_CASE("a daemon that starts can't scale down before its window has passed") {
  auto world = following_a_queue(10);
  world.policy.settle_down = 60s;
  for (int second = 0; second < 60; second += 10)
    CHECK(in_short(tick_wanting(world, second, 3)) == "stays at 10");
  CHECK(in_short(tick_wanting(world, 60, 3)) == "down to 3 by target[0] without 10 9 8 7 6 5 4");
}

TEST_CASE("nor one that starts again after a while") {
  auto world = following_a_queue(10);
  world.policy.settle_down = 60s;
  for (int second = 0; second < 50; second += 10)
    tick_wanting(world, second, 3);
  SECTION("shorter than the window: it goes on") {
    CHECK(in_short(tick_wanting(world, 90, 3)) == "down to 3 by target[0] without 10 9 8 7 6 5 4");
  }
  SECTION("longer: it begins anew") {
    for (int second = 3'600; second < 3'660; second += 10)
      CHECK(in_short(tick_wanting(world, second, 3)) == "stays at 10");
    CHECK(tick_wanting(world, 3'660, 3).count == 3);
  }
}

TEST_CASE("decisions that are rarer than the window don't close the way down for ever") {
  auto world = following_a_queue(10);
  world.policy.settle_down = 30s;
  int ticks = 0;
  while (tick_wanting(world, 300 * ticks, 3).direction == Direction::none)
    REQUIRE(++ticks < 4);
  CHECK(world.count() == 3);
}

TEST_CASE("a clock that was set back doesn't keep what it had recommended") {
  auto world = following_a_queue(10);
  world.policy.settle_down = 60s;
  for (int second = 0; second <= 100; second += 10)
    tick_wanting(world, second, 10);
  world.samples = {};
  for (int second = -86'400; second < -86'340; second += 10)
    CHECK(in_short(tick_wanting(world, second, 3)) == "stays at 10");
  CHECK(tick_wanting(world, -86'340, 3).count == 3);
}

TEST_CASE("in any span of a rate limit's period the count changes by no more than its amount") {
  using enum Adjustment::Kind;

  struct Row {
    const char* name;
    Adjustment by;
    std::vector<InstanceCount> wanted;  // Every 20 s; the period is 60 s.
    std::vector<InstanceCount> counts;
  };

  const auto row = GENERATE(values<Row>({
      {"ups of two", {instances, 2}, {20, 20, 20, 20, 20, 20}, {12, 12, 12, 14, 14, 14}},
      {"one and one", {instances, 2}, {11, 20, 20, 20, 20}, {11, 12, 12, 13, 14}},
      {"percent of the span's start", {percent, 50}, {99, 99, 99, 99}, {15, 15, 15, 23}},
      {"downs of two", {instances, 2}, {1, 1, 1, 1}, {8, 8, 8, 6}},
      {"percent down", {percent, 25}, {1, 1, 1, 1}, {7, 7, 7, 5}},
      {"a down between makes no room", {instances, 2}, {12, 10, 20, 20}, {12, 10, 12, 12}},
      {"nothing at all", {instances, 0}, {20, 1}, {10, 10}},
  }));
  INFO(row.name);
  auto world = following_a_queue(10);
  world.policy.limit_up = RateLimit{.by = row.by, .period = 60s};
  world.policy.limit_down = RateLimit{.by = row.by, .period = 60s};
  std::vector<InstanceCount> counts;
  for (std::size_t i = 0; i < row.wanted.size(); ++i)
    counts.push_back(tick_wanting(world, static_cast<int>(20 * i), row.wanted[i]).count);
  CHECK(counts == row.counts);
}

TEST_CASE("a rate limit says when there will be more") {
  auto world = following_a_queue(4);
  world.policy.limit_up = RateLimit{.by = {.amount = 1}, .period = 60s};
  const auto first = tick_wanting(world, 0, 9);
  CHECK(lines_of(first.limits) == "asked for 9, limited to 5: up by at most 1 in 1m\n");
  const auto second = tick_wanting(world, 20, 9);
  CHECK(in_short(second) == "stays at 5");
  CHECK(lines_of(second.limits) ==
        "asked for 9, limited to 5: up by at most 1 in 1m, again in 40s\n");
}

TEST_CASE("what others changed counts in a rate limit") {
  auto world = following_a_queue(4);
  world.policy.manual_cooldown = 0ms;
  world.policy.limit_up = RateLimit{.by = {.amount = 3}, .period = 60s};
  tick_wanting(world, 0, 4);
  world.with(6);
  CHECK(in_short(tick_wanting(world, 10, 20)) == "up to 7 by target[0]");
}

TEST_CASE("every brake that took something away is named, in the order of the brakes") {
  auto world = following_a_queue(4);
  world.policy.max = 20;
  world.policy.settle_up = 20s;
  world.policy.limit_up = RateLimit{.by = {.amount = 3}, .period = 60s};
  tick_wanting(world, 0, 12);
  tick_wanting(world, 10, 12);
  const auto decision = tick_wanting(world, 20, 30);
  CHECK(in_short(decision) == "up to 7 by target[0]");
  CHECK(lines_of(decision.limits) ==
        "asked for 30, limited to 20 by max\n"
        "asked for 20, settling at 12, the lowest of the last 20s, for 10s more\n"
        "asked for 12, limited to 7: up by at most 3 in 1m\n");
}

TEST_CASE("what the bounds forbid anyway waits for no cool-down") {
  auto world = following_a_queue(4);
  world.policy.min = 4;
  world.history.down = CoolDown{.until = world.now + 30s, .because = "scale_down[0]"};
  const auto decision = tick_wanting(world, 0, 0);
  CHECK(in_short(decision) == "stays at 4");
  CHECK(lines_of(decision.limits) == "asked for 0, limited to 4 by min\n");
}

TEST_CASE("a cool-down lasts no longer than any that the policy begins now, and is one") {
  // It was longer when it began, or the clock was set back since.
  auto world = following_a_queue(5);
  world.policy.target[0].cooldown_up = 30s;
  world.policy.manual_cooldown = 1min;
  world.history.last_count = 5;
  world.history.up = CoolDown{.until = PolicyWorld::at(100) + 10h, .because = "another time"};
  CHECK(in_short(tick_wanting(world, 100, 7)) == "stays at 5");
  CHECK(in_short(tick_wanting(world, 159, 7)) == "stays at 5");
  CHECK(in_short(tick_wanting(world, 160, 7)) == "up to 7 by target[0]");
  // And what it caused has its own.
  CHECK(in_short(tick_wanting(world, 189, 9)) == "stays at 7");
  CHECK(in_short(tick_wanting(world, 190, 9)) == "up to 9 by target[0]");
}
