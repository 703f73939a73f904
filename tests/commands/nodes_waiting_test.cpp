#include <fmt/format.h>

#include "commands/workers_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("Machines that don't come in time are told, with why the cloud says so") {
  const auto world = workers_world();
  world->group.launches_fail = true;
  world->group.failures = {{.time = {}, .why = "no capacity"}};
  const auto began = world->sandbox.clock.now();
  const auto report = world->run("5", {.timeout = 90s});
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(message_of(report) ==
        "the time for waiting ran out before 2 new machines of the group of the test came to "
        "Fleet; a machine could not be launched: no capacity");
  CHECK(world->sandbox.clock.now() - began < 110s);
  CHECK(std::ranges::count(world->group.calls, "launch_failures") <= 7);
  CHECK(world->progress.warnings.size() == 1);
}

TEST_CASE("Where only some machines come those are filled, and the others are missed") {
  const auto world = workers_world();
  world->nodes.policy.max = 9;
  world->group.last_to_come = 6;
  const auto report = world->run("7");
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(message_of(report) ==
        "the time for waiting ran out before 4 new machines of the group of the test came to "
        "Fleet: 3 came, 1 is missing");
  CHECK(report.machines.size() == 3);
  CHECK(world->spread("my_app") == std::vector<int>{1, 1, 1, 1, 1, 1});
  check_in_order(*world);
}

TEST_CASE("A look that fails in passing doesn't end the wait for machines") {
  for (const auto kind : {ErrorKind::unavailable, ErrorKind::timed_out, ErrorKind::precondition}) {
    const auto world = workers_world();
    int looks_after = -1;
    world->group.before_call = [&](const std::string& call) {
      if (call.starts_with("set_desired")) looks_after = 0;
      if (call != "look" || looks_after < 0) return;
      world->group.broken.reset();
      if (++looks_after == 1) world->group.broken = Error{.kind = kind, .message = "not now"};
    };
    const auto report = world->run("4");
    CHECK(message_of(report) == "no error");
    CHECK(report.status == ScaleStatus::converged);
    CHECK(looks_after > 1);
    CHECK(world->spread("my_app") == std::vector<int>{1, 2, 2, 1});
  }
}

TEST_CASE("A cloud that stays away is told when the time for waiting has run out") {
  const auto world = workers_world();
  world->group.before_call = [&](const std::string& call) {
    if (call.starts_with("set_desired"))
      world->group.broken = Error{.kind = ErrorKind::unavailable, .message = "no answer"};
  };
  const auto report = world->run("4", {.timeout = 90s});
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(message_of(report) ==
        "the time for waiting ran out before 1 new machine of the group of the test came to "
        "Fleet; no answer");
}

TEST_CASE("Machines of others that join meanwhile aren't taken for the group's") {
  const auto world = workers_world();
  auto stranger = sandbox_machines(20).at(19);
  stranger.metadata["instance_id"] = "i-stranger";
  bool joined = false;
  world->group.before_call = [&](const std::string& call) {
    if (call.starts_with("set_desired") && !std::exchange(joined, true))
      world->sandbox.cluster.add_machine(stranger);
  };
  const auto report = world->run("4");
  CHECK(report.status == ScaleStatus::converged);
  REQUIRE(report.machines.size() == 1);
  CHECK(report.machines.at(0).id == "i-4");
}

TEST_CASE("A machine that was on its way already comes besides those that are asked for") {
  const auto world = workers_world();
  REQUIRE(world->run("4", {.no_block = true}).status == ScaleStatus::accepted);
  const auto report = world->run("5");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world->sandbox.cluster.machines().size() == 5);
}

TEST_CASE("A cloud that names no machine is waited for as well, until as many are new in Fleet") {
  const auto world = workers_world();
  world->group.names_none = true;
  const auto report = world->run("+2");
  CHECK(message_of(report) == "no error");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(report.machines.size() == 2);
  CHECK(world->sandbox.cluster.machines().size() == 5);
  CHECK(message_of(world->run("-1")) == "no machine of workers may go: its cloud names none");
}

TEST_CASE("The same count again waits for machines that an earlier run has asked for") {
  for (const bool lists_booting : {false, true}) {
    INFO(lists_booting);
    const auto world = workers_world();
    world->group.lists_booting = lists_booting;
    REQUIRE(world->run("4", {.no_block = true}).status == ScaleStatus::accepted);
    CHECK(world->run("4", {.dry_run = true}).status == ScaleStatus::unchanged);
    CHECK(world->run("4", {.no_block = true}).status == ScaleStatus::unchanged);
    const auto report = world->run("4");
    CHECK(message_of(report) == "no error");
    CHECK(report.status == ScaleStatus::converged);
    CHECK(nodes_text(report).ends_with("Machine i-4 launched\nworkers: 4 -> 4\n"));
    CHECK(world->spread("my_app") == std::vector<int>{1, 2, 2, 1});
    CHECK(world->group.changes() == NodeCalls{"set_desired 4"});
    CHECK(world->asked == std::vector<InstanceCount>{4});
  }
}

TEST_CASE("What an earlier run waited for is taken up where the group is still as it left it") {
  const auto world = workers_world();
  world->run("4", {.no_block = true});
  const Launches awaited{.wanted = 1, .members = {"i-1", "i-2", "i-3"}};
  world->settle(5min);  // They came meanwhile: nothing else is left to be waited for.
  world->group.advance();
  const auto report = world->run("4", {}, awaited);
  CHECK(report.status == ScaleStatus::converged);
  REQUIRE(report.machines.size() == 1);
  CHECK(report.machines.front().id == "i-4");
  CHECK(world->spread("my_app") == std::vector<int>{1, 2, 2, 1});
  CHECK(world->run("4").status == ScaleStatus::unchanged);
}

TEST_CASE("A group that somebody changes just before more machines are asked for is left alone") {
  const auto world = workers_world();
  int looks = 0;
  world->group.before_call = [&](const std::string& call) {
    if (call == "look" && ++looks == 2) ++world->group.state.desired;
  };
  const auto report = world->run("+1");
  CHECK(report.status == ScaleStatus::precondition_failed);
  CHECK(message_of(report) ==
        "somebody else changed the group of the test meanwhile: it has 4, and this was decided on "
        "3");
  CHECK(world->group.changes().empty());
}

TEST_CASE("The time for waiting bounds all of a machine's departure") {
  const auto departure_within = [](Duration timeout, ScaleStatus status) {
    const auto world = workers_world();
    std::optional<TimePoint> ended;
    world->group.before_call = [&](const std::string& call) {
      if (call.starts_with("terminate")) ended = world->sandbox.clock.now();
    };
    const auto report = world->run("2", {.timeout = timeout});
    CHECK(report.status == status);
    REQUIRE(ended);
    return world->sandbox.clock.now() - *ended;
  };
  // Out of the group after 20 s, forgotten by Fleet 10 s later.
  CHECK(departure_within(7s, ScaleStatus::timed_out) < 7500ms);
  CHECK(departure_within(22s, ScaleStatus::converged) < 24s);
  CHECK(departure_within(2min, ScaleStatus::converged) > 29s);
}
