#include <fmt/format.h>

#include "commands/workers_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

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
