#include <signal.h>

#include <algorithm>

#include "program/daemon_process.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A service that Fleet doesn't answer for delays no other") {
  DaemonProcessWorld world({.faults = {"PUT:/units/my_app%40*:*:delay=3600000"},
                            .start_delay = std::chrono::milliseconds(1),
                            .other_delays = std::chrono::milliseconds(1),
                            .time_per_request = std::chrono::milliseconds(5)});
  world.world.fleet.stand({{.name = "web@.service", .desired_state = JobState::inactive}});
  world.declare("  my_app: {count: 2}\n  web: {count: 3}\n");
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  CHECK(world.comes_true([&] {
    const auto units = world.world.fleet.units();
    return std::ranges::count_if(units,
                                 [](const auto& unit) { return unit.starts_with("web@"); }) == 4;
  }));
  const auto explained = world.world.run({"explain", "my_app", "--daemon", endpoint});
  CHECK(holds(explained.out, "under way: 0 -> 2 for min"));
  daemon.send(SIGKILL);  // It would wait for the reply.
  CHECK(daemon.wait().signal == SIGKILL);
}

TEST_CASE(
    "A daemon that finds no Fleet says so, changes nothing, and catches up when it is there") {
  DaemonProcessWorld world({.faults = {"*:*:1-3:status=503"},
                            .start_delay = std::chrono::milliseconds(1),
                            .other_delays = std::chrono::milliseconds(1),
                            .time_per_request = std::chrono::milliseconds(5)});
  world.world.fleet.stand(my_app_with({1, 2, 3, 4}));
  world.declare("  my_app: {count: 2}\n");
  RunningProgram daemon(world.run_call({}, {{"SCALE_FLEET_RETRIES", "0"}}));
  const auto endpoint = endpoint_of(daemon);
  CHECK(daemon.wait_for_err("503"));
  CHECK(world.comes_to(2));
  CHECK(world.comes_true([&] { return ask(endpoint, "/readyz") == "ok\n"; }));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
