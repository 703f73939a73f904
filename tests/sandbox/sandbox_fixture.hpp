#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

inline const UnitOptions plain = {{"Service", "ExecStart", "/bin/app"}};

inline UnitOptions with(UnitOptions options, const UnitOption& option) {
  options.push_back(option);
  return options;
}

/// A cluster of some machines whose clock begins at 0.
inline SandboxCluster make_cluster(std::size_t machines = 1) {
  SandboxSettings settings;
  settings.machines = sandbox_machines(machines);
  return {std::move(settings), TimePoint{}};
}

inline void settle(SandboxCluster& cluster) {
  cluster.advance_to(cluster.now() + std::chrono::seconds{10});
}

/// What a client sees of a unit: currentState, whether it has a machine, and its row of /state.
inline std::string look(const SandboxCluster& cluster, const std::string& name) {
  const auto unit = cluster.unit(name);
  std::string seen = "gone";
  if (unit) {
    seen = std::string(to_string(unit->current_state.value_or(JobState::inactive))) +
           (unit->machine_id.empty() ? "" : " on machine");
  }
  for (const auto& row : cluster.states({.unit = name, .machine_id = {}}, {0, 10}).items)
    seen += ", " + row.load + "/" + row.active + "/" + row.sub;
  return seen;
}

}  // namespace scale_fleet
