#include <algorithm>
#include <utility>

#include "scale_fleet/commands/node_plan.hpp"

namespace scale_fleet {
namespace {

InstanceCount in_service(const GroupLook& group) {
  return static_cast<InstanceCount>(
      std::ranges::count_if(group.members, &GroupMember::is_in_service));
}

}  // namespace

Launches expected_launches(const GroupLook& before,
                           InstanceCount desired,
                           const std::vector<Machine>& machines,
                           const DeclaredNodes& declared,
                           WallTime now) {
  const auto there = std::min(desired, in_service(before));
  const auto more = desired - std::min(desired, before.desired);
  Launches launches{.wanted = std::max(more, desired - there), .since = now};
  if (before.members.empty()) launches.unnamed = more;
  auto& others = launches.machines.emplace();
  for (const auto& machine : machines)
    others.insert(machine.id);
  const auto matched = match_members(before.members, machines, declared.match_metadata);
  for (const auto& member : before.members) {
    const auto machine = matched.find(member.id);
    if (member.is_in_service) {
      launches.members.insert(member.id);
    } else if (machine != matched.end()) {
      others.erase(machine->second);
    }
  }
  return launches;
}

bool has_machines_on_their_way(const GroupLook& group) {
  return !group.members.empty() && in_service(group) < group.desired;
}

bool may_have_arrived(const Launches& launches, const std::vector<Machine>& machines) {
  const auto is_new = [&](const Machine& machine) {
    return !launches.machines || !launches.machines->contains(machine.id);
  };
  return static_cast<std::size_t>(std::ranges::count_if(machines, is_new)) >=
         launches.unnamed.value_or(launches.wanted);
}

Arrivals arrivals(const Launches& launches,
                  const GroupLook& group,
                  const std::vector<Machine>& machines,
                  const DeclaredNodes& declared) {
  std::vector<NodeChange> came;
  const auto matched = match_members(group.members, machines, declared.match_metadata);
  for (const auto& member : group.members) {
    const auto machine = matched.find(member.id);
    // One that is going is in Fleet for a while, too.
    const bool is_new = member.is_in_service && !launches.members.contains(member.id);
    if (machine == matched.end() || !is_new) continue;
    came.push_back({.id = member.id, .machine_id = machine->second, .result = StepResult::done});
  }
  const bool is_new_enough = matched.empty() && launches.machines;
  for (const auto& machine : machines) {
    if (!is_new_enough || launches.machines->contains(machine.id)) continue;
    came.push_back({.machine_id = machine.id, .result = StepResult::done});
  }
  const auto wanted =
      group.members.empty() ? launches.unnamed.value_or(launches.wanted) : launches.wanted;
  const auto missing = wanted - std::min(wanted, static_cast<InstanceCount>(came.size()));
  return {.came = std::move(came), .missing = missing};
}

}  // namespace scale_fleet
