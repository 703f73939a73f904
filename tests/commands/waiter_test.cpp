#include "scale_fleet/commands/waiter.hpp"

#include <functional>

#include "scale_fleet/fleet/unit_hash.hpp"
#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// What was asked of one instance, and when.
struct Question {
  CheckTarget target;
  TimePoint at;
};

/// Answers as the test says, takes as long as it says, and remembers what it was asked.
class ScriptedCheck : public HealthCheck {
 public:
  using Script = std::function<bool(const Question&)>;

  ScriptedCheck(FakeClock& clock, Script is_healthy)
      : clock_(clock), is_healthy_(std::move(is_healthy)) {}

  std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override {
    ++turns;
    std::vector<CheckAnswer> answers;
    for (const auto& target : targets) {
      questions.push_back({.target = target, .at = clock_.now()});
      const bool is_healthy = is_healthy_(questions.back());
      answers.push_back({.is_healthy = is_healthy, .said = is_healthy ? "" : "answered 503"});
    }
    clock_.advance(lasts);
    return answers;
  }

  /// How often the instance of that number was asked.
  int asked(InstanceNumber number) const {
    int count = 0;
    for (const auto& question : questions)
      count += question.target.number == number ? 1 : 0;
    return count;
  }

  Duration lasts{};
  int turns = 0;
  std::vector<Question> questions;

 private:
  FakeClock& clock_;
  Script is_healthy_;
};

bool always(const Question&) {
  return true;
}

Goal goal_of(const std::vector<InstanceNumber>& numbers, int answers) {
  Goal goal{.service = *Service::parse("my_app"), .answers = answers};
  for (const auto number : numbers)
    goal.kept.push_back(ScaleWorld::unit(number));
  return goal;
}

struct Waiting {
  Goal goal;
  Patience patience{};
  Duration timeout = 5min;
};

WaitEnd wait_for(ScaleWorld& world, ScriptedCheck& check, const Waiting& waiting) {
  auto ends = Waiter(world.world(), waiting.patience, &check).wait({waiting.goal}, waiting.timeout);
  REQUIRE(ends.size() == 1);
  return std::move(ends.front());
}

}  // namespace

TEST_CASE("Looks are half a second apart at first, then rarer, and never most of the work") {
  struct Row {
    Duration elapsed;
    Duration cost;
    Duration delay;
  };

  for (const auto& row : std::vector<Row>{{0s, 0s, 500ms},
                                          {14999ms, 250ms, 500ms},
                                          {15s, 0s, 1s},
                                          {59999ms, 500ms, 1s},
                                          {60s, 0s, 2s},
                                          {300s, 1s, 2s},
                                          {0s, 251ms, 502ms},
                                          {0s, 5s, 10s},
                                          {300s, 1001ms, 2002ms}}) {
    CAPTURE(row.elapsed.count(), row.cost.count());
    CHECK(delay_between_looks(row.elapsed, row.cost) == row.delay);
  }
}

TEST_CASE("A check is told who is asked, and where it runs") {
  ScaleWorld world({.machines = sandbox_machines(2)});
  world.start_with({1, 2});
  ScriptedCheck check(world.sandbox.clock, always);
  CHECK(wait_for(world, check, {.goal = goal_of({1, 2}, 1)}).verdict == Verdict::converged);
  REQUIRE(check.questions.size() == 2);
  for (const InstanceNumber number : {1U, 2U}) {
    const auto& target = check.questions[number - 1].target;
    CHECK(target.unit == ScaleWorld::unit(number));
    CHECK(target.prefix == "my_app");
    CHECK(target.number == number);
    CHECK(target.machine_ip == "10.0.0." + std::to_string(number));
  }
}

TEST_CASE("A machine that joins while it is waited for is asked at its address") {
  ScaleWorld world;
  world.start_with({1});
  const Machine newcomer{
      .id = std::string(31, '0') + "9", .primary_ip = "10.0.0.9", .metadata = {}};
  ScriptedCheck check(world.sandbox.clock, [&](const Question& question) {
    if (question.target.number == 2) return true;
    // Number 2 comes with the newcomer, which has less to do, while number 1 is asked.
    if (world.sandbox.cluster.machines().size() == 1) {
      world.sandbox.catch_up();
      world.sandbox.cluster.add_machine(newcomer);
      world.sandbox.cluster.put_unit(ScaleWorld::unit(2), plain_options(), JobState::launched);
    }
    return true;
  });
  const auto end =
      wait_for(world, check, {.goal = goal_of({1, 2}, 1), .patience = {.overridden = 1min}});
  CHECK(end.verdict == Verdict::converged);
  REQUIRE(check.asked(2) == 1);
  CHECK(check.questions.back().target.machine_ip == "10.0.0.9");
}

TEST_CASE("Nobody is asked where no answers are wanted") {
  ScaleWorld world;
  world.start_with({1, 2});
  ScriptedCheck check(world.sandbox.clock, always);
  CHECK(wait_for(world, check, {.goal = goal_of({1, 2}, 0)}).verdict == Verdict::converged);
  CHECK(check.turns == 0);
}

TEST_CASE("An instance is asked once it is active, and no sooner") {
  ScaleWorld world;
  world.start_with({1});
  world.sandbox.cluster.put_unit(ScaleWorld::unit(2), plain_options(), JobState::launched);
  ScriptedCheck check(world.sandbox.clock, [&](const Question& question) {
    const auto rows =
        world.sandbox.cluster.states({.unit = question.target.unit}, {.first = 0, .count = 9});
    CHECK(rows.items.at(0).active == "active");
    return true;
  });
  CHECK(wait_for(world, check, {.goal = goal_of({1, 2}, 1)}).verdict == Verdict::converged);
  CHECK(check.asked(2) == 1);
  // Who has passed isn't asked again while the other starts.
  CHECK(check.asked(1) == 1);
}

TEST_CASE("So many answers on end are waited for, and one that fails starts anew") {
  ScaleWorld world;
  world.start_with({1, 2});
  int first_asked = 0;
  ScriptedCheck check(world.sandbox.clock, [&](const Question& question) {
    return question.target.number == 2 || ++first_asked != 3;
  });
  const auto end = wait_for(world, check, {.goal = goal_of({1, 2}, 3)});
  CHECK(end.verdict == Verdict::converged);
  CHECK(check.asked(1) == 6);
  CHECK(check.asked(2) == 3);
  CHECK(world.progress.lines ==
        std::vector<std::string>{"my_app@1.service: not answering its check (active/running)",
                                 "my_app@2.service: not answering its check (active/running)",
                                 "my_app@2.service: well (active/running)",
                                 "my_app@1.service: well (active/running)"});
}

TEST_CASE(
    "One that never answers is waited for to the end of the time, and what it said is known") {
  ScaleWorld world;
  world.start_with({1, 2});
  ScriptedCheck check(world.sandbox.clock,
                      [](const Question& question) { return question.target.number == 1; });
  const auto begun = world.sandbox.clock.now();
  const auto end = wait_for(world, check, {.goal = goal_of({1, 2}, 1), .timeout = 20s});
  CHECK(end.verdict == Verdict::waiting);
  CHECK_FALSE(end.error);
  CHECK(world.sandbox.clock.now() - begun >= 20s);
  CHECK(world.sandbox.clock.now() - begun < 21s);
  CHECK(check.asked(1) == 1);
  CHECK(check.asked(2) > 10);
  REQUIRE(end.standing.units.size() == 2);
  CHECK(end.standing.units[0].condition == Condition::well);
  CHECK(end.standing.units[1].condition == Condition::unanswered);
  CHECK(end.standing.units[1].detail == "answered 503");
  CHECK(world.progress.lines ==
        std::vector<std::string>{"my_app@2.service: not answering its check (answered 503)"});
}

TEST_CASE("An instance settles before it counts, and is asked until it has") {
  ScaleWorld world;
  world.start_with({1});
  const auto begun = world.sandbox.clock.now();
  ScriptedCheck check(world.sandbox.clock, [&](const Question& question) {
    return question.at - begun < 2s || question.at - begun >= 3s;
  });
  const auto end = wait_for(world, check, {.goal = goal_of({1}, 1), .patience = {.well = 5s}});
  CHECK(end.verdict == Verdict::converged);
  const auto took = world.sandbox.clock.now() - begun;
  CHECK(took >= 8s);
  CHECK(took < 10s);
}

TEST_CASE("A slow check makes looks rarer") {
  ScaleWorld world;
  world.start_with({1});
  ScriptedCheck check(world.sandbox.clock, [](const Question&) { return false; });
  check.lasts = 5s;
  CHECK(wait_for(world, check, {.goal = goal_of({1}, 1), .timeout = 1min}).verdict ==
        Verdict::waiting);
  CHECK(check.turns >= 4);
  CHECK(check.turns <= 6);
}

TEST_CASE("A signal while a check is asked ends the wait") {
  ScaleWorld world;
  world.start_with({1});
  const auto begun = world.sandbox.clock.now();
  ScriptedCheck check(world.sandbox.clock, [&](const Question&) {
    if (world.sandbox.clock.now() - begun >= 3s) world.stop.raise();
    return false;
  });
  CHECK(wait_for(world, check, {.goal = goal_of({1}, 1)}).verdict == Verdict::waiting);
  CHECK(world.sandbox.clock.now() - begun < 4s);
}

TEST_CASE("How units stood at the end of an earlier wait holds for the next one") {
  ScaleWorld world;
  world.start_with({1, 2});
  ScriptedCheck check(world.sandbox.clock, always);
  const Patience patience{.well = 5s};
  Waiter waiter(world.world(), patience, &check);
  auto first = waiter.wait({goal_of({1, 2}, 2)}, 5min);
  REQUIRE(first.at(0).verdict == Verdict::converged);
  const auto begun = world.sandbox.clock.now();
  const auto turns = check.turns;
  const auto again = waiter.wait({goal_of({1, 2}, 2)}, 5min, {first.at(0).standing});
  CHECK(again.at(0).verdict == Verdict::converged);
  CHECK(world.sandbox.clock.now() - begun < 1s);
  CHECK(check.turns == turns);
}

TEST_CASE("A new text is waited for until its machine says that it runs") {
  ScaleWorld world;
  world.start_with({1});
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "Environment", .value = "VERSION=2"});
  world.sandbox.cluster.put_unit(ScaleWorld::unit(1), options, JobState::launched);
  auto goal = goal_of({1}, 1);
  goal.texts = {{ScaleWorld::unit(1), unit_hash(options)}};
  ScriptedCheck check(world.sandbox.clock, [&](const Question& question) {
    const auto rows =
        world.sandbox.cluster.states({.unit = question.target.unit}, {.first = 0, .count = 9});
    CHECK(rows.items.at(0).hash == unit_hash(options));
    return true;
  });
  CHECK(wait_for(world, check, {.goal = goal}).verdict == Verdict::converged);
  REQUIRE_FALSE(world.progress.lines.empty());
  CHECK(world.progress.lines.front() ==
        "my_app@1.service: still running the former text (active/running)");
  CHECK(check.asked(1) == 1);
}
