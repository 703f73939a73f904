#include <algorithm>

#include "scale_fleet/commands/node_plan.hpp"

namespace scale_fleet {

Launches expected_launches(const GroupLook& before,
                           InstanceCount desired,
                           const std::vector<Machine>& machines,
                           WallTime now) {
  const auto in_service = static_cast<InstanceCount>(
      std::ranges::count_if(before.members, &GroupMember::is_in_service));
  Launches launches{
      .wanted = std::max(desired - before.desired, desired - std::min(desired, in_service)),
      .since = now};
  for (const auto& machine : machines)
    launches.known.insert(machine.id);
  return launches;
}

bool may_have_arrived(const Launches& launches, const std::vector<Machine>& machines) {
  const auto is_new = [&](const Machine& machine) { return !launches.known.contains(machine.id); };
  return static_cast<std::size_t>(std::ranges::count_if(machines, is_new)) >= launches.wanted;
}

std::optional<std::vector<NodeChange>> arrivals(const Launches& launches,
                                                const GroupLook& group,
                                                const std::vector<Machine>& machines,
                                                const DeclaredNodes& declared) {
  std::vector<NodeChange> came;
  const auto take = [&](const std::string& member, const std::string& machine) {
    if (launches.known.contains(machine)) return;
    came.push_back({.id = member, .machine_id = machine, .result = StepResult::done});
  };
  const auto matched = match_members(group.members, machines, declared.match_metadata);
  for (const auto& [member, machine] : matched)
    take(member, machine);
  if (matched.empty()) {
    for (const auto& machine : machines)
      take({}, machine.id);
  }
  if (came.size() < launches.wanted) return std::nullopt;
  return came;
}

}  // namespace scale_fleet
