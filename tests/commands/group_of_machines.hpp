#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/node_plan.hpp"

namespace scale_fleet {

inline DeclaredNodes declared_group(InstanceCount min, std::optional<InstanceCount> max) {
  DeclaredNodes nodes;
  nodes.name = "workers";
  nodes.policy.min = min;
  nodes.policy.max = max;
  return nodes;
}

inline ClusterLook cluster_of(const std::vector<Machine>& machines) {
  return {.units = {}, .states = {}, .machines = machines};
}

inline Machine fleet_machine(const std::string& id,
                             const std::string& ip,
                             const std::string& instance = {}) {
  Machine machine{.id = id, .primary_ip = ip, .metadata = {}};
  if (!instance.empty()) machine.metadata["instance_id"] = instance;
  return machine;
}

inline void put_units(ClusterLook& look, const std::string& machine, int count) {
  for (int i = 0; i < count; ++i) {
    look.units.push_back({.name = machine + "-" + std::to_string(i) + ".service",
                          .options = {},
                          .desired_state = JobState::launched,
                          .current_state = JobState::launched,
                          .machine_id = machine});
  }
}

}  // namespace scale_fleet
