#include "policy/policy_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Decision decided_by(const char* who, Millis cooldown) {
  Decision decision;
  decision.asked_by = who;
  decision.cooldown = cooldown;
  return decision;
}

CountChange a_change(int second, InstanceCount before, InstanceCount after) {
  return {PolicyWorld::at(second), before, after};
}

std::vector<int> seconds_of(const std::vector<Recommendation>& all) {
  std::vector<int> seconds;
  for (const auto& each : all)
    seconds.push_back(static_cast<int>((each.time - PolicyWorld::at(0)) / 1s));
  return seconds;
}

History recommending(History history,
                     const ServicePolicy& policy,
                     int second,
                     InstanceCount count) {
  Decision decision;
  decision.recommended = count;
  return remembered(std::move(history), policy, decision, 5, PolicyWorld::at(second));
}

}  // namespace

TEST_CASE("an action with success begins its cool-downs") {
  struct Row {
    const char* name;
    History history;
    CountChange change;
    Millis cooldown;
    std::optional<int> up;  // Seconds of their ends.
    std::optional<int> down;
  };

  const auto until = [](int second) { return CoolDown{PolicyWorld::at(second), "before"}; };
  const auto row = GENERATE_COPY(values<Row>({
      {"an up", {}, a_change(0, 2, 3), 60s, 60, 60},
      {"a down", {}, a_change(0, 3, 2), 60s, {}, 60},
      {"an up without", {}, a_change(0, 2, 3), 0ms, {}, {}},
      {"a down without", {}, a_change(0, 3, 2), 0ms, {}, {}},
      {"an up ends a down's", {.down = until(600)}, a_change(0, 2, 3), 60s, 60, 60},
      {"also without its own", {.down = until(600)}, a_change(0, 2, 3), 0ms, {}, {}},
      {"an up doesn't shorten an up's",
       {.up = until(600), .down = until(600)},
       a_change(0, 2, 3),
       60s,
       600,
       600},
      {"a down doesn't shorten a down's", {.down = until(600)}, a_change(0, 3, 2), 60s, {}, 600},
      {"a down leaves an up's", {.up = until(600)}, a_change(0, 3, 2), 60s, 600, 60},
      {"one that is over counts no more", {.up = until(-1)}, a_change(0, 2, 3), 0ms, {}, {}},
      {"nothing was changed", {}, a_change(0, 3, 3), 60s, {}, {}},
  }));
  INFO(row.name);
  const auto history =
      after_action(row.history, decided_by("scale_up[0]", row.cooldown), row.change);
  const auto second_of = [](const std::optional<CoolDown>& cooldown) {
    return cooldown ? std::optional(static_cast<int>((cooldown->until - PolicyWorld::at(0)) / 1s))
                    : std::nullopt;
  };
  CHECK(second_of(history.up) == row.up);
  CHECK(second_of(history.down) == row.down);
  CHECK(history.last_count == row.change.after);
  CHECK(history.changes.size() == (row.change.before == row.change.after ? 0 : 1));
}

TEST_CASE("a cool-down knows what began it") {
  const auto history = after_action({}, decided_by("scale_up[0]", 60s), a_change(930, 2, 3));
  CHECK(history.up->because == "scale_up[0]: 2 -> 3 at 08:15:30");
}

TEST_CASE("a count that we didn't leave was made by somebody else") {
  ServicePolicy policy;
  policy.manual_cooldown = 90s;
  History history;
  history.last_count = 3;
  CHECK(after_look(history, policy, 3, PolicyWorld::at(5)) == history);
  CHECK(after_look({}, policy, 3, PolicyWorld::at(5)) == History{});

  const auto after = after_look(history, policy, 7, PolicyWorld::at(5));
  CHECK(after.last_count == 7U);
  CHECK(after.changes == std::vector{a_change(5, 3, 7)});
  CHECK(after.up == CoolDown{PolicyWorld::at(95), "somebody else: 3 -> 7 at 08:00:05"});
  CHECK(after.down == after.up);
  CHECK(after_look(after, policy, 7, PolicyWorld::at(6)) == after);

  policy.manual_cooldown = 0ms;
  CHECK(!after_look(history, policy, 7, PolicyWorld::at(5)).up);
}

TEST_CASE("a manual cool-down shortens none") {
  ServicePolicy policy{.scale_up = {{.cooldown = 600s}}};
  History history;
  history.last_count = 3;
  history.up = CoolDown{PolicyWorld::at(600), "scale_up[0]: 2 -> 3 at 07:59:00"};
  const auto after = after_look(history, policy, 2, PolicyWorld::at(0));
  CHECK(after.up == history.up);
  CHECK(after.down->until == PolicyWorld::at(60));
}

TEST_CASE("the first look is remembered as what we left") {
  const auto history = remembered({}, {}, {}, 4, PolicyWorld::at(0));
  CHECK(history.last_count == 4U);
  CHECK(remembered(history, {}, {}, 9, PolicyWorld::at(0)).last_count == 4U);
}

TEST_CASE("recommendations are kept as long as a window can look at them") {
  ServicePolicy policy;
  policy.settle_down = 60s;
  History history;
  for (int second = 0; second <= 200; second += 20)
    history = recommending(
        std::move(history), policy, second, 5 + static_cast<InstanceCount>(second) / 20 % 2);
  CHECK(seconds_of(history.recommendations) == std::vector{140, 160, 180, 200});
  history = remembered(std::move(history), policy, {}, 5, PolicyWorld::at(100'000));
  CHECK(seconds_of(history.recommendations) == std::vector{160, 180, 200});
  CHECK(recommending({}, {}, 0, 5).recommendations.empty());
}

TEST_CASE("of the same recommendation over and over a few are kept") {
  ServicePolicy policy;
  policy.settle_down = 1h;
  History history;
  for (int second = 0; second < 7'200; ++second)
    history = recommending(std::move(history), policy, second, 5);
  CHECK(history.recommendations.size() < 80);
  CHECK(history.recommendations.back().time == PolicyWorld::at(7'199));
  CHECK(history.recommendations.front().time <= PolicyWorld::at(7'199) - 1h);
}

TEST_CASE("a history has an end, however wild the clock and the counts") {
  ServicePolicy policy;
  policy.settle_down = 24h * 10'000;
  policy.limit_up = RateLimit{.period = 24h * 10'000};
  History history;
  for (int second = 0; second < 12'000; ++second) {
    const auto count = static_cast<InstanceCount>(second % 2);
    history = after_look(std::move(history), policy, count, PolicyWorld::at(second));
    history.recommendations.push_back({PolicyWorld::at(second), count});
  }
  history = remembered(std::move(history), policy, {}, 5, PolicyWorld::at(12'000));
  CHECK(history.recommendations.size() <= 10'000);
  CHECK(history.changes.size() <= 10'000);
}

TEST_CASE("changes are kept as long as a rate limit can look at them") {
  ServicePolicy policy;
  policy.limit_up = RateLimit{.period = 60s};
  policy.limit_down = RateLimit{.period = 5min};
  History history;
  history.changes = {a_change(0, 1, 2), a_change(100, 2, 3), a_change(310, 3, 4)};
  history = remembered(std::move(history), policy, {}, 4, PolicyWorld::at(310));
  CHECK(history.changes.size() == 2);
  policy = {};
  CHECK(remembered(std::move(history), policy, {}, 4, PolicyWorld::at(310)).changes.empty());
}

TEST_CASE("a cool-down that is over is forgotten, one that isn't is not") {
  History history;
  history.up = CoolDown{PolicyWorld::at(10), "x"};
  history.down = CoolDown{PolicyWorld::at(11), "x"};
  history = remembered(std::move(history), {}, {}, 4, PolicyWorld::at(10));
  CHECK(!history.up);
  CHECK(history.down);
}

TEST_CASE("no cool-down is too long to be reckoned") {
  const auto history = after_action({}, decided_by("x", Millis::max()), a_change(0, 2, 3));
  CHECK(history.up->until > PolicyWorld::at(0));
}
