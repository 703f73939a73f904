#include "scale_fleet/commands/node_plan.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "scale_fleet/core/move_plan.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// A bound, and whose it is.
struct NamedBound {
  InstanceCount count = 0;
  std::string_view name;
};

NamedBound lower_bound_of(const GroupLook& group, const DeclaredNodes& declared) {
  if (declared.policy.min >= group.min)
    return {.count = declared.policy.min, .name = "the file's min"};
  return {.count = group.min, .name = "the group's own minimum"};
}

NamedBound upper_bound_of(const GroupLook& group, const DeclaredNodes& declared) {
  NamedBound bound{.count = max_count, .name = "what can be counted"};
  if (declared.policy.max) bound = {.count = *declared.policy.max, .name = "the file's max"};
  if (group.max && *group.max < bound.count)
    bound = {.count = *group.max, .name = "the group's own maximum"};
  return bound;
}

}  // namespace

Result<DesiredCount> desired_machines(const Count& asked,
                                      const GroupLook& group,
                                      const DeclaredNodes& declared) {
  const auto least = lower_bound_of(group, declared);
  const auto most = upper_bound_of(group, declared);
  if (least.count > most.count) {
    return failure(ErrorKind::usage,
                   fmt::format("{} of {} is {}, and {} is {}: no count is within both",
                               least.name,
                               declared.name,
                               least.count,
                               most.name,
                               most.count));
  }
  auto desired = desired_count(asked, group.desired, {});
  const auto wanted = desired.count;
  const auto limit = [&](const NamedBound& bound) {
    desired = {.count = bound.count,
               .limited = fmt::format(
                   "asked for {}, limited to {} by {}", wanted, bound.count, bound.name)};
  };
  if (wanted > most.count) limit(most);
  if (wanted < least.count) limit(least);
  const bool turns_around = (asked.kind == Count::Kind::more && desired.count < group.desired) ||
                            (asked.kind == Count::Kind::fewer && desired.count > group.desired);
  if (turns_around) {
    desired.limited = fmt::format("asked for {} from {}, which is beyond {} already",
                                  wanted,
                                  group.desired,
                                  asked.kind == Count::Kind::more ? most.name : least.name);
    desired.count = group.desired;
  }
  return desired;
}

std::map<std::string, std::string> match_members(const std::vector<GroupMember>& members,
                                                 const std::vector<Machine>& machines,
                                                 const std::optional<std::string>& key) {
  const auto is_named = [&](const Machine& machine) {
    return key && machine.metadata.contains(*key);
  };
  std::map<std::string, std::string> matched;
  for (const auto& member : members) {
    const auto named = std::ranges::find_if(machines, [&](const Machine& machine) {
      return is_named(machine) && machine.metadata.at(*key) == member.id;
    });
    const auto addressed = std::ranges::find_if(machines, [&](const Machine& machine) {
      return !is_named(machine) && !member.ip.empty() && machine.primary_ip == member.ip;
    });
    if (named != machines.end()) {
      matched[member.id] = named->id;
    } else if (addressed != machines.end()) {
      matched[member.id] = addressed->id;
    }
  }
  return matched;
}

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

Result<NodeVictim> choose_victim(const GroupLook& group,
                                 const ClusterLook& look,
                                 const DeclaredNodes& declared) {
  const auto matched = match_members(group.members, look.machines, declared.match_metadata);
  const auto in_service = std::ranges::count_if(group.members, &GroupMember::is_in_service);
  if (in_service > 0 && matched.empty() && !look.machines.empty()) {
    return failure(
        ErrorKind::refused,
        fmt::format("none of the machines of {} is among Fleet's, so that none can be emptied: "
                    "neither {} nor an address is the same",
                    declared.name,
                    declared.match_metadata
                        ? fmt::format("the metadata '{}'", *declared.match_metadata)
                        : std::string("any metadata")));
  }

  struct Candidate {
    const GroupMember* member = nullptr;
    std::string machine_id;
    std::size_t instances = 0;
  };

  std::optional<Candidate> best;
  const auto rank = [&](const Candidate& candidate) {
    const bool by_age = declared.victims == MachineVictim::oldest;
    const auto age = candidate.member->since.value_or(WallTime::max());
    return std::tuple(!candidate.machine_id.empty(),
                      by_age ? age : WallTime{},
                      by_age ? 0 : candidate.instances,
                      candidate.member->id);
  };
  for (const auto& member : group.members) {
    if (!member.is_in_service || member.is_protected) continue;
    Candidate candidate{.member = &member};
    if (const auto found = matched.find(member.id); found != matched.end()) {
      candidate.machine_id = found->second;
      candidate.instances = units_left_on(found->second, look).size();
    }
    if (!best || rank(candidate) < rank(*best)) best = candidate;
  }
  if (!best) {
    return failure(ErrorKind::refused,
                   fmt::format("no machine of {} may go: {}",
                               declared.name,
                               in_service == 0 ? "none is in service" : "all are protected"));
  }
  auto reason = declared.victims == MachineVictim::oldest
                    ? std::string("it is the oldest")
                    : fmt::format("it has the fewest units ({})", best->instances);
  if (best->machine_id.empty()) reason = "no Fleet machine is this one";
  return NodeVictim{
      .member = best->member->id, .machine_id = best->machine_id, .reason = std::move(reason)};
}

PlannedVictims plan_victims(GroupLook group,
                            const ClusterLook& look,
                            const DeclaredNodes& declared,
                            InstanceCount count) {
  PlannedVictims planned;
  while (planned.victims.size() < count) {
    auto victim = choose_victim(group, look, declared);
    if (!victim) {
      planned.error = victim.error();
      return planned;
    }
    std::erase_if(group.members,
                  [&](const GroupMember& member) { return member.id == victim->member; });
    planned.victims.push_back(std::move(*victim));
  }
  return planned;
}

}  // namespace scale_fleet
