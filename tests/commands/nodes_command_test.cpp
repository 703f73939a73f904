#include "scale_fleet/commands/nodes_command.hpp"

#include <fmt/format.h>

#include "commands/nodes_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using NodeCalls = std::vector<std::string>;

/// Six instances on three machines.
std::unique_ptr<NodesTestWorld> workers_world() {
  auto world = std::make_unique<NodesTestWorld>(3);
  world->launch_instances("my_app", 6);
  world->launch("agent.service", {{"X-Fleet", "Global", "true"}});
  world->start_watching();
  return world;
}

void check_in_order(NodesTestWorld& world) {
  CHECK(world.traces().empty());
  world.settle(2min);
  for (const auto& unit : world.units())
    CHECK(unit.desired_state == JobState::launched);
  CHECK(world.not_running().empty());
}

}  // namespace

TEST_CASE("The count that is there already changes nothing and asks for nothing") {
  const auto world = workers_world();
  for (const auto* count : {"3", "+0", "-0"}) {
    INFO(count);
    const auto report = world->run(count);
    CHECK(report.status == ScaleStatus::unchanged);
    CHECK(nodes_text(report) == "workers: 3 -> 3\n");
  }
  CHECK(world->group.changes().empty());
  for (const auto& request : world->http->requests())
    CHECK(request.method == "GET");
}

TEST_CASE("More machines: waited for until they are in Fleet, then instances move to them") {
  const auto world = workers_world();
  const auto began = world->sandbox.clock.now();
  const auto report = world->run("+1");
  CHECK(message_of(report) == "no error");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world->group.changes() == NodeCalls{"set_desired 4"});
  CHECK(world->sandbox.clock.now() - began > world->group.boot_time);
  CHECK(nodes_text(report) ==
        "Unit my_app@1.service moved from 00000001... to 00000004...\n"
        "Machine i-4 launched\n"
        "workers: 3 -> 4\n");
  CHECK(world->spread("my_app") == std::vector<int>{1, 2, 2, 1});
  CHECK(world->least_active["my_app"] == 5);
  check_in_order(*world);
}

TEST_CASE("Fewer machines: one after the other is emptied, ended and waited for") {
  const auto world = workers_world();
  world->launch("single.service", {{"X-Fleet", "MachineMetadata", "role=worker"}});
  REQUIRE(world->place_of("single.service") == 1);
  world->group.before_call = [&](const std::string& call) {
    if (!call.starts_with("terminate")) return;
    const auto number = std::stoul(call.substr(std::string("terminate i-").size()));
    for (const auto& unit : world->units()) {
      if (!unit.name.starts_with(blocker_prefix)) CHECK(world->place_of(unit.name) != number);
    }
    CHECK(world->not_running().size() == world->traces().size() - 1);  // The blockers alone.
  };
  const auto report = world->run("1");
  CHECK(message_of(report) == "no error");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(world->group.changes() == NodeCalls{"terminate i-2", "terminate i-3"});
  CHECK(world->least_active["my_app"] == 5);
  CHECK(report.machines.size() == 2);
  CHECK(report.after == 1U);
  CHECK(world->sandbox.cluster.machines().size() == 1);
  CHECK(nodes_text(report).ends_with(
      "Machine i-2 terminated\nMachine i-3 terminated\nworkers: 3 -> 1\n"));
  check_in_order(*world);
}

TEST_CASE("A machine that can't be emptied stays, and nothing is ended") {
  const auto world = workers_world();
  world->launch("stuck.service", {{"X-Fleet", "MachineID", MoveWorld::machine(2)}});
  world->launch("x1.service", {{"X-Fleet", "MachineID", MoveWorld::machine(1)}});
  world->launch("x3.service", {{"X-Fleet", "MachineID", MoveWorld::machine(3)}});
  const auto report = world->run("2");
  CHECK(report.status == ScaleStatus::failed);
  CHECK(
      message_of(report).starts_with("i-1 was not terminated, it could not be emptied: "
                                     "x1.service is bound to the machine (MachineID="));
  CHECK(world->group.changes().empty());
  CHECK(report.after == 3U);
  CHECK(nodes_text(report) == "workers: 3 -> 3\n");
  check_in_order(*world);
}

TEST_CASE("What keeps the group as it is speaks before anything is emptied") {
  struct Row {
    const char* what;
    const char* count;
    std::string busy;
    std::string keeps_all;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {"busy",
            "2",
            "an instance refresh is in progress",
            "",
            "the group of the test is left as it is: an instance refresh is in progress"},
           {"busy, up",
            "4",
            "an instance refresh is in progress",
            "",
            "the group of the test is left as it is: an instance refresh is in progress"},
           {"keeps all",
            "2",
            "",
            "Terminate is suspended",
            "the group of the test is left as it is: Terminate is suspended"},
           {"keeps all, up", "4", "", "Terminate is suspended", "no error"},
           {"busy, and nothing to do", "3", "busy", "", "no error"}}) {
    for (const bool dry_run : {true, false}) {
      INFO(row.what);
      const auto world = workers_world();
      world->group.state.busy = row.busy;
      world->group.state.keeps_all = row.keeps_all;
      const auto report = world->run(row.count, {.dry_run = dry_run});
      CHECK(message_of(report) == row.message);
      if (!report.error) continue;
      CHECK(report.status == ScaleStatus::precondition_failed);
      CHECK(world->group.changes().empty());
      for (const auto& request : world->http->requests())
        CHECK(request.method == "GET");
    }
  }
}

TEST_CASE("A dry run tells which machines would go, and asks for nothing") {
  const auto world = workers_world();
  world->group.state.members.at(1).is_protected = true;
  const auto down = world->run("1", {.dry_run = true});
  CHECK(nodes_text(down) ==
        "terminate i-1: it has the fewest units (2)\n"
        "terminate i-3: it has the fewest units (2)\n"
        "workers: 3 -> 1 (planned)\n");
  CHECK(down.status == ScaleStatus::planned);
  CHECK(nodes_text(world->run("+2", {.dry_run = true})) ==
        "launch a machine\nlaunch a machine\nworkers: 3 -> 5 (planned)\n");
  CHECK(world->group.changes().empty());
  for (const auto& request : world->http->requests())
    CHECK(request.method == "GET");
}

TEST_CASE("In a hurry machines aren't waited for, and are emptied all the same") {
  const auto world = workers_world();
  auto began = world->sandbox.clock.now();
  const auto up = world->run("4", {.no_block = true});
  CHECK(up.status == ScaleStatus::accepted);
  CHECK(world->sandbox.clock.now() - began < 5s);
  world->settle(2min);
  began = world->sandbox.clock.now();
  const auto down = world->run("3", {.no_block = true});
  CHECK(down.status == ScaleStatus::accepted);
  CHECK(world->group.changes() == NodeCalls{"set_desired 4", "terminate i-4"});
  CHECK(world->sandbox.clock.now() - began < world->group.end_time);
  check_in_order(*world);
}

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

TEST_CASE("What the cloud refuses, or can't answer, ends it with its class") {
  for (const auto kind : {ErrorKind::precondition, ErrorKind::refused, ErrorKind::unavailable}) {
    for (const auto* count : {"2", "4"}) {
      const auto world = workers_world();
      world->group.refuses = Error{.kind = kind, .message = "no"};
      const auto report = world->run(count);
      CHECK(report.status == status_of(kind));
      CHECK(message_of(report) == "no");
      check_in_order(*world);
    }
    const auto world = workers_world();
    world->group.broken = Error{.kind = kind, .message = "no answer"};
    const auto report = world->run("2");
    CHECK(report.status == status_of(kind));
    CHECK_FALSE(report.before);
    CHECK(nodes_text(report).empty());
  }
}

TEST_CASE("Somebody else who changes the group meanwhile is told, not fought") {
  const auto world = workers_world();
  world->group.before_call = [&](const std::string& call) {
    if (call.starts_with("terminate")) ++world->group.state.desired;
  };
  const auto report = world->run("2");
  CHECK(report.status == ScaleStatus::overridden);
  CHECK(world->group.changes() == NodeCalls{"terminate i-1"});
  CHECK(report.after == 3U);
}

TEST_CASE("A service that may not move stays where it is when machines come") {
  const auto world = workers_world();
  world->services = {NodesTestWorld::service("my_app", false)};
  const auto report = world->run("4");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(report.moved.empty());
}

TEST_CASE("The document has every machine and every move") {
  const auto world = workers_world();
  const auto report = world->run("2");
  CHECK(nodes_json(report) == R"({
  "status": "converged",
  "nodes": [
    {
      "group": "workers",
      "desired": 2,
      "before": 3,
      "after": 2,
      "status": "converged",
      "machines": [
        {
          "id": "i-1",
          "machine": "00000001000000000000000000000000",
          "action": "terminate",
          "result": "done"
        }
      ],
      "moved": [
        {
          "unit": "my_app@1.service",
          "from": "00000001000000000000000000000000",
          "to": "00000002000000000000000000000000",
          "result": "done"
        },
        {
          "unit": "my_app@4.service",
          "from": "00000001000000000000000000000000",
          "to": "00000003000000000000000000000000",
          "result": "done"
        }
      ]
    }
  ],
  "error": null
}
)");
}

TEST_CASE("A signal at any moment of a change of machines leaves everything in order") {
  for (const auto* count : {"2", "4"}) {
    std::size_t runs = 0;
    for (Duration moment = 0ms; moment < 70s; moment += 700ms * sweep_stride) {
      INFO(count << ", a signal after " << std::chrono::duration<double>(moment).count() << " s");
      const auto world = workers_world();
      world->stop.raise_at(world->sandbox.clock.now() + moment);
      const auto report = world->run(count);
      const bool is_done = report.status == ScaleStatus::converged;
      CHECK((is_done || report.status == ScaleStatus::interrupted));
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
      world->stop.forget();
      CHECK(message_of(world->run(count)) == "no error");
      CHECK(world->group.state.desired == Count::parse(count)->number);
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
      ++runs;
    }
    WARN("a signal while going to " << count << " machines: " << runs << " runs");
  }
}

TEST_CASE("A change of machines killed at any request or call is put right by the same command") {
  for (const auto* count : {"2", "4"}) {
    std::size_t kills = 0;
    bool was_killed = true;
    for (std::size_t turn = 1; was_killed; turn += sweep_stride) {
      INFO(count << ", killed at event " << turn);
      const auto world = workers_world();
      std::size_t seen = 0;
      const auto strike = [&] {
        if (++seen == turn) throw MoverKilled{};
      };
      world->http->before_acting = [&](const HttpRequest&) { strike(); };
      world->http->after_acting = [&](const HttpRequest&) { strike(); };
      world->group.before_call = [&](const std::string&) { strike(); };
      was_killed = false;
      try {
        world->run(count);
      } catch (const MoverKilled&) {
        was_killed = true;
      }
      if (!was_killed) break;
      ++kills;
      world->group.before_call = {};
      world->connect();
      world->settle(2min);
      CHECK(message_of(world->run(count)) == "no error");
      CHECK(world->group.state.desired == Count::parse(count)->number);
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
    }
    WARN("killed while going to " << count << " machines: " << kills << " kills");
  }
}
