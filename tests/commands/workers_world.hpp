#pragma once

#include <memory>

#include "commands/nodes_world.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

using NodeCalls = std::vector<std::string>;

/// Six instances on three machines.
inline std::unique_ptr<NodesTestWorld> workers_world() {
  auto world = std::make_unique<NodesTestWorld>(3);
  world->launch_instances("my_app", 6);
  world->launch("agent.service", {{"X-Fleet", "Global", "true"}});
  world->start_watching();
  return world;
}

inline void check_in_order(NodesTestWorld& world) {
  CHECK(world.traces().empty());
  world.settle(std::chrono::minutes(2));
  for (const auto& unit : world.units())
    CHECK(unit.desired_state == JobState::launched);
  CHECK(world.not_running().empty());
}

}  // namespace scale_fleet
