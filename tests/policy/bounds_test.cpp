#include "policy/policy_world.hpp"
#include "scale_fleet/core/wall_time_text.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

ScheduleWindow window(const std::string& cron,
                      Millis duration,
                      std::optional<InstanceCount> min,
                      std::optional<InstanceCount> max = std::nullopt) {
  return {.cron = *Cron::parse(cron), .duration = duration, .min = min, .max = max};
}

/// An up cool-down that closes both directions for an hour.
void close_all(PolicyWorld& world) {
  world.history.up = CoolDown{world.now + 1h, "scale_up[0]: 1 -> 2 at 07:59:00"};
  world.history.down = world.history.up;
}

}  // namespace

TEST_CASE("bounds hold before any metric is read and in any cool-down") {
  struct Row {
    const char* name;
    InstanceCount min;
    std::optional<InstanceCount> max;
    InstanceCount current;
    const char* decided;
    ReasonKind kind;
  };

  const auto row = GENERATE(values<Row>({
      {"within", 2, 5, 3, "stays at 3", ReasonKind::steady},
      {"at the ends", 3, 3, 3, "stays at 3", ReasonKind::steady},
      {"too few", 2, 5, 0, "up to 2 by min", ReasonKind::below_min},
      {"too many", 2, 5, 7, "down to 5 by max without 7 6", ReasonKind::above_max},
      {"no maximum", 2, std::nullopt, 9, "stays at 9", ReasonKind::steady},
      {"no instance wanted", 0, 0, 1, "down to 0 by max without 1", ReasonKind::above_max},
      {"contradiction: min", 5, 2, 3, "up to 5 by min", ReasonKind::below_min},
      {"beyond what Fleet lists",
       4'000'000'000,
       std::nullopt,
       3,
       "up to 65535 by min",
       ReasonKind::below_min},
  }));
  INFO(row.name);
  PolicyWorld world;
  world.policy.min = row.min;
  world.policy.max = row.max;
  world.policy.limit_up = RateLimit{.by = {.amount = 1}};
  world.policy.limit_down = RateLimit{.by = {.amount = 1}};
  world.policy.settle_down = 1h;
  world.policy.settle_up = 1h;
  world.policy.scale_up.push_back(above_80());  // It has no data.
  world.with(row.current);
  close_all(world);
  const auto decision = world.decide();
  CHECK(in_short(decision) == row.decided);
  CHECK(decision.kind == row.kind);
  CHECK(decision.cooldown == 0ms);
}

TEST_CASE("a schedule sets other bounds while its window is open") {
  struct Row {
    const char* name;
    std::vector<ScheduleWindow> schedule;
    const char* time;
    InstanceCount current;
    const char* decided;
  };

  const auto row = GENERATE(values<Row>({
      {"before it", {window("0 8 * * *", 10h, 5)}, "2026-11-21T07:59:59.999Z", 2, "stays at 2"},
      {"it opens", {window("0 8 * * *", 10h, 5)}, "2026-11-21T08:00:00Z", 2, "up to 5 by schedule"},
      {"to the last moment",
       {window("0 8 * * *", 10h, 5)},
       "2026-11-21T17:59:59.999Z",
       2,
       "up to 5 by schedule"},
      {"its end is outside",
       {window("0 8 * * *", 10h, 5)},
       "2026-11-21T18:00:00Z",
       2,
       "stays at 2"},
      {"over midnight",
       {window("0 22 * * 5", 10h, 5)},
       "2026-11-21T07:00:00Z",
       2,
       "up to 5 by schedule"},
      {"on another day", {window("0 8 * * 1-5", 10h, 5)}, "2026-11-21T09:00:00Z", 2, "stays at 2"},
      {"a lower maximum",
       {window("0 8 * * *", 10h, {}, 3)},
       "2026-11-21T09:00:00Z",
       5,
       "down to 3 by schedule without 5 4"},
      {"below the service's own minimum",
       {window("0 8 * * *", 10h, {}, 0)},
       "2026-11-21T09:00:00Z",
       2,
       "down to 0 by schedule without 2 1"},
      {"above the service's own maximum",
       {window("0 8 * * *", 10h, 20)},
       "2026-11-21T09:00:00Z",
       2,
       "up to 20 by schedule"},
      {"of two the later one in the list",
       {window("0 8 * * *", 10h, 5), window("0 7 * * *", 10h, 3)},
       "2026-11-21T09:00:00Z",
       2,
       "up to 3 by schedule"},
      {"each of its own bound",
       {window("0 8 * * *", 10h, 5), window("0 8 * * *", 10h, {}, 8)},
       "2026-11-21T09:00:00Z",
       2,
       "up to 5 by schedule"},
      {"the later one's maximum against the earlier one's minimum",
       {window("0 8 * * *", 10h, 5), window("0 8 * * *", 10h, {}, 3)},
       "2026-11-21T09:00:00Z",
       2,
       "up to 3 by schedule"},
      {"of no length", {window("0 8 * * *", 0ms, 5)}, "2026-11-21T08:00:00Z", 2, "stays at 2"},
      {"open for thirty days",
       {window("0 0 1 * *", 24h * 30, 5)},
       "2026-11-30T23:59:00Z",
       2,
       "up to 5 by schedule"},
  }));
  INFO(row.name);
  PolicyWorld world;
  world.policy.min = 2;
  world.policy.max = 10;
  world.policy.schedule = row.schedule;
  world.with(row.current);
  world.now = *parse_wall_time(row.time);
  CHECK(in_short(world.decide()) == row.decided);
}

TEST_CASE("rules are limited to the bounds, and it is said by which") {
  PolicyWorld world;
  world.policy.max = 5;
  world.policy.scale_up.push_back(above_80());
  world.policy.scale_up.back().adjustment.amount = 10;
  world.with(3).add(file_metric("load"), "-30:99 0:99");
  CHECK(in_short(world.decide()) == "up to 5 by scale_up[0]");
  CHECK(lines_of(world.decide().limits) == "asked for 13, limited to 5 by max\n");
  world.with(5);
  CHECK(in_short(world.decide()) == "stays at 5");
  CHECK(world.decide().kind == ReasonKind::threshold);
  world.policy.schedule.push_back(window("0 8 * * *", 10h, {}, 7));
  CHECK(in_short(world.decide()) == "up to 7 by scale_up[0]");
  CHECK(lines_of(world.decide().limits) ==
        "asked for 15, limited to 7 by max of schedule '0 8 * * *'\n");
}

TEST_CASE("a desired count goes before all rules, within the bounds") {
  struct Row {
    InstanceCount desired;
    const char* decided;
    const char* limits;
  };

  const auto row = GENERATE(values<Row>({
      {4, "up to 4 by desired", ""},
      {3, "stays at 3", ""},
      {2, "down to 2 by desired without 3", ""},
      {1, "down to 2 by desired without 3", "asked for 1, limited to 2 by min\n"},
      {9, "up to 5 by desired", "asked for 9, limited to 5 by max\n"},
      {4'000'000'000, "up to 5 by desired", "asked for 4000000000, limited to 5 by max\n"},
  }));
  CAPTURE(row.desired);
  PolicyWorld world;
  world.policy.min = 2;
  world.policy.max = 5;
  world.policy.scale_up.push_back(above_80());
  world.with(3).add(file_metric("load"), "-30:99 0:99");
  world.desired = row.desired;
  close_all(world);
  const auto decision = world.decide();
  CHECK(in_short(decision) == row.decided);
  CHECK(lines_of(decision.limits) == row.limits);
  CHECK(decision.kind == ReasonKind::desired);
  CHECK(decision.recommended == std::nullopt);
}

TEST_CASE("a pause holds everything, one of downs alone the downs") {
  struct Row {
    const char* name;
    bool down_only;
    std::optional<int> until;
    const char* below_min;
    const char* above_max;
    const char* desired_4;
  };

  const auto row = GENERATE(values<Row>({
      {"all", false, {}, "stays at 1", "stays at 7", "stays at 3"},
      {"all, for a while", false, 1, "stays at 1", "stays at 7", "stays at 3"},
      {"it is over",
       false,
       0,
       "up to 2 by min",
       "down to 5 by max without 7 6",
       "up to 4 by desired"},
      {"downs", true, {}, "up to 2 by min", "stays at 7", "up to 4 by desired"},
      {"downs, over",
       true,
       -5,
       "up to 2 by min",
       "down to 5 by max without 7 6",
       "up to 4 by desired"},
  }));
  INFO(row.name);
  PolicyWorld world;
  world.policy.min = 2;
  world.policy.max = 5;
  world.pause = Pause{.down_only = row.down_only, .until = std::nullopt};
  if (row.until) world.pause->until = PolicyWorld::at(*row.until);
  CHECK(in_short(world.with(1).decide()) == row.below_min);
  CHECK(in_short(world.with(7).decide()) == row.above_max);
  world.desired = 4;
  CHECK(in_short(world.with(3).decide()) == row.desired_4);
}

TEST_CASE("what a pause holds back is said") {
  PolicyWorld world;
  world.policy.min = 2;
  world.pause = Pause{.until = PolicyWorld::at(60)};
  const auto decision = world.with(1).decide();
  CHECK(decision.kind == ReasonKind::paused);
  CHECK(lines_of(decision.reasons) == "min: 1 instance, min is 2\n");
  CHECK(lines_of(decision.limits) == "paused until 2026-11-21T08:01:00.000Z: 1 -> 2 waits\n");
  CHECK(lines_of(world.with(2).decide().limits) == "paused until 2026-11-21T08:01:00.000Z\n");
}
