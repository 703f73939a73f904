#include <signal.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "program/nodes_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

/// Six instances of my_app on the first of three machines, for the others have only just come, and
/// one of `stays`, which the file doesn't let move.
struct CrowdedWorld {
  CrowdedWorld() {
    auto& fleet = world.world.fleet;
    const auto machines = fleet.with([](SandboxCluster& cluster) { return cluster.machines(); });
    fleet.with([&](SandboxCluster& cluster) {
      for (std::size_t i = 1; i < machines.size(); ++i)
        cluster.lose_machine(machines[i].id);
    });
    fleet.stand({{"stays@.service", JobState::inactive}});
    auto units = my_app_with(numbers_to(6));
    units.push_back({"stays@1.service"});
    fleet.stand(units);
    fleet.with([&](SandboxCluster& cluster) {
      for (std::size_t i = 1; i < machines.size(); ++i)
        cluster.add_machine(machines[i]);
    });
    world.declare("  my_app: {count: 6, reschedule: true}\n  stays: {count: 1}\n");
  }

  /// From now on, at every request to Fleet.
  void watch_fewest_active() {
    world.world.fleet.watch({.on_acted = [this](std::size_t) {
      int active = 0;
      for (const auto& [machine, count] : spread_of(world.world.fleet))
        active += count;
      fewest_active = std::min(fewest_active.load(), active);
      world.wake();
    }});
  }

  std::map<std::string, int> spread() { return spread_of(world.world.fleet); }

  /// The MOVE that the audit tells of; null where there is none.
  nlohmann::json move_event() const {
    const auto told =
        run_program(world.call({"events", "--file", world.file(), "--output", "json"}));
    std::istringstream lines(told.out);
    for (std::string line; std::getline(lines, line);) {
      auto event = nlohmann::json::parse(line, nullptr, false);
      if (event.is_object() && event["event"] == "MOVE") return event;
    }
    return {};
  }

  DaemonProcessWorld world{quick_machines()};
  std::atomic<int> fewest_active = 6;
};

using Spread = std::map<std::string, int>;

}  // namespace

TEST_CASE("Instances move to emptier machines when somebody asks for it, one after the other") {
  CrowdedWorld crowded;
  auto& world = crowded.world;
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 6));
  REQUIRE(turns_twice(world, endpoint));
  REQUIRE(crowded.spread() == Spread{{"10.0.0.1", 6}, {"10.0.0.2", 0}, {"10.0.0.3", 0}});

  crowded.watch_fewest_active();
  DaemonCaller caller(endpoint);
  CHECK(caller.ask("POST", "/v1/reschedule-service?service=stays") ==
        "403 NOK the file doesn't let stays be rescheduled");
  CHECK(caller.ask("POST", "/v1/reschedule-service?service=my_app") ==
        "200 OK Rescheduling service: my_app");
  CHECK(world.comes_true([&] {
    return crowded.spread() == Spread{{"10.0.0.1", 2}, {"10.0.0.2", 2}, {"10.0.0.3", 2}};
  }));
  CHECK(is_settled_at(world, endpoint, 6));
  CHECK(crowded.fewest_active == 5);
  const auto event = crowded.move_event();
  REQUIRE(event.is_object());
  CHECK(event["service"] == "my_app");
  CHECK(event["asked_by"] == "POST /v1/reschedule-service");
  CHECK(event["before"] == 6);
  CHECK(event["after"] == 6);
  CHECK(event["units"] ==
        nlohmann::json{
            "my_app@1.service", "my_app@2.service", "my_app@3.service", "my_app@4.service"});
  const auto at = [](int machine) { return fmt::format("{:08}{:024}", machine, 0); };
  for (const auto& [number, to] :
       std::vector<std::pair<int, int>>{{1, 2}, {2, 3}, {3, 2}, {4, 3}}) {
    CHECK(holds(event["reason"],
                fmt::format("my_app@{}.service from {} to {}", number, at(1), at(to))));
  }
  CHECK(caller.ask("POST", "/v1/reschedule-services") == "200 OK Rescheduling services: my_app");
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
