#include <map>

#include <fmt/format.h>

#include "simulation/daemon_simulation.hpp"
#include "simulation/declared_policies.hpp"
#include "simulation/witness.hpp"

namespace scale_fleet {

void DaemonSimulation::check_end() {
  const auto units = sandbox_.cluster.units({.first = 0, .count = 1'000}).items;
  const auto states = sandbox_.cluster.states({}, {.first = 0, .count = 1'000}).items;
  std::map<std::string, InstanceCount> counts;
  for (const auto& declared : declared_.file.services) {
    const auto look = snapshot_of(declared.service, units, states);
    const auto count = static_cast<InstanceCount>(look.instances.size());
    counts[declared.service.display_name()] = count;
    const auto& policy = declared.policy;
    if (count < policy.min || count > *policy.max) {
      complain(fmt::format("{} has {}, and shall have {} to {}",
                           declared.service.display_name(),
                           count,
                           policy.min,
                           *policy.max));
    }
    for (const auto& instance : look.instances) {
      if (!instance.state || instance.state->active != "active")
        complain(instance.unit.name + " is not active");
    }
  }
  check_strangers();
  askers_.check_end(events_.events, state_.shelves[std::string(demands_shelf)], counts);
}

void DaemonSimulation::check_strangers() {
  for (const auto* stranger : strangers) {
    const auto unit = sandbox_.cluster.unit(stranger);
    if (!unit || unit->desired_state != JobState::loaded)
      complain(fmt::format("{} was touched", stranger));
  }
}

std::optional<Unit> DaemonSimulation::stored_unit(const HttpRequest& request) const {
  return sandbox_.cluster.unit(unit_of(request));
}

void DaemonSimulation::check_cooldown(const SimulatedDaemon& daemon) {
  const auto& doing = daemon.doing();
  if (!doing || doing->asked_by != "scale_up[0]") return;
  const auto last = last_up_.find(doing->service);
  const bool is_another = last != last_up_.end() && last->second != doing->since;
  if (is_another && doing->since < last->second + declared_cooldown) {
    complain(fmt::format("{} went up {} ms after it began to",
                         doing->service,
                         std::chrono::duration_cast<Millis>(doing->since - last->second).count()));
  }
  last_up_[doing->service] = doing->since;
}

}  // namespace scale_fleet
