#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/commands/node_plan.hpp"
#include "scale_fleet/core/move_plan.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t machines_named = 3;

/// One that may go.
struct Candidate {
  const GroupMember* member = nullptr;
  std::string machine_id;
  std::size_t instances = 0;
};

/// The only one of which `is_it` holds; null where there is none, or more than one.
const Machine* only_one(const std::vector<Machine>& machines,
                        const std::function<bool(const Machine&)>& is_it) {
  const auto found = std::ranges::find_if(machines, is_it);
  if (found == machines.end()) return nullptr;
  return std::find_if(std::next(found), machines.end(), is_it) == machines.end() ? &*found
                                                                                 : nullptr;
}

/// How many machines each value of the metadata names.
std::map<std::string, int> names_given(const std::vector<Machine>& machines,
                                       const std::optional<std::string>& key) {
  std::map<std::string, int> given;
  for (const auto& machine : machines) {
    if (key && machine.metadata.contains(*key)) ++given[machine.metadata.at(*key)];
  }
  return given;
}

/// Fleet's machines that are no member's, as far as is known. One that alone bears another id is
/// of another group, or of none; but only where the key is known to hold this cloud's ids, since a
/// member bears its own: a key that holds something else tells nothing.
std::vector<std::string> machines_of_nobody(const std::vector<Machine>& machines,
                                            const std::map<std::string, std::string>& matched,
                                            const std::optional<std::string>& key) {
  auto given = names_given(machines, key);
  const bool holds_ids =
      std::ranges::any_of(matched, [&](const auto& each) { return given.contains(each.first); });
  std::set<std::string> accounted;
  for (const auto& [member, machine] : matched)
    accounted.insert(machine);
  std::vector<std::string> names;
  for (const auto& machine : machines) {
    const bool is_another =
        holds_ids && machine.metadata.contains(*key) && given[machine.metadata.at(*key)] == 1;
    if (is_another || accounted.contains(machine.id)) continue;
    names.push_back(
        printable(fmt::format("{}.../{}", shortened(machine.id, 8), machine.primary_ip)));
  }
  if (names.size() <= machines_named) return names;
  const auto others = names.size() - machines_named;
  names.resize(machines_named);
  names.push_back(fmt::format("{} more", others));
  return names;
}

std::string why_not_ended(const GroupMember& member,
                          const std::vector<std::string>& machines,
                          const DeclaredNodes& declared) {
  const auto remedy =
      declared.match_metadata
          ? fmt::format(
                "give each of Fleet's machines the metadata {}=ID with its own id, or "
                "declare another `match`",
                *declared.match_metadata)
          : std::string("declare `match: metadata KEY`, or let Fleet have the group's addresses");
  return printable(
      fmt::format("{} is not ended: no Fleet machine is known to be it, and units may run on it as "
                  "{}, which nobody else of {} is; {}",
                  member.id,
                  fmt::join(machines, " or "),
                  declared.name,
                  remedy));
}

std::string_view why_none(const GroupLook& group) {
  if (group.members.empty()) return "its cloud names none";
  const bool is_any_in_service = std::ranges::any_of(group.members, &GroupMember::is_in_service);
  return is_any_in_service ? "all are protected" : "none is in service";
}

/// What doesn't tell when it was launched is neither older nor newer than the others.
Outcome check_ages(const std::vector<Candidate>& candidates, const DeclaredNodes& declared) {
  if (declared.victims != MachineVictim::oldest || candidates.size() < 2) return {};
  for (const auto& candidate : candidates) {
    if (candidate.member->since) continue;
    return failure(ErrorKind::refused,
                   printable(fmt::format("nobody tells when {} of {} was launched, so that the "
                                         "oldest can't be known; declare `victims: "
                                         "fewest_instances`",
                                         candidate.member->id,
                                         declared.name)));
  }
  return {};
}

const Candidate& first_to_go(const std::vector<Candidate>& candidates,
                             const DeclaredNodes& declared) {
  const auto rank = [&](const Candidate& candidate) {
    const bool by_age = declared.victims == MachineVictim::oldest;
    const auto age = candidate.member->since.value_or(WallTime::max());
    return std::tuple(!candidate.machine_id.empty(),
                      by_age ? age : WallTime{},
                      by_age ? 0 : candidate.instances,
                      candidate.member->id);
  };
  return *std::ranges::min_element(candidates, {}, rank);
}

std::string reason_of(const Candidate& candidate, const DeclaredNodes& declared) {
  if (candidate.machine_id.empty()) return "no Fleet machine is this one";
  if (declared.victims == MachineVictim::oldest) return "it is the oldest";
  return fmt::format("it has the fewest units ({})", candidate.instances);
}

}  // namespace

std::map<std::string, std::string> match_members(const std::vector<GroupMember>& members,
                                                 const std::vector<Machine>& machines,
                                                 const std::optional<std::string>& key) {
  const auto is_named = [&](const Machine& machine) {
    return key && machine.metadata.contains(*key);
  };
  std::map<std::string, std::string> matched;
  for (const auto& member : members) {
    const auto names_it = [&](const Machine& machine) {
      return is_named(machine) && machine.metadata.at(*key) == member.id;
    };
    const auto has_its_address = [&](const Machine& machine) {
      return !is_named(machine) && !member.ip.empty() && machine.primary_ip == member.ip;
    };
    const bool is_any_named = std::ranges::any_of(machines, names_it);
    const auto* machine =
        is_any_named ? only_one(machines, names_it) : only_one(machines, has_its_address);
    if (machine != nullptr) matched[member.id] = machine->id;
  }
  return matched;
}

Result<NodeVictim> choose_victim(const GroupLook& group,
                                 const ClusterLook& look,
                                 const DeclaredNodes& declared) {
  const auto matched = match_members(group.members, look.machines, declared.match_metadata);
  const auto of_nobody = machines_of_nobody(look.machines, matched, declared.match_metadata);
  std::vector<Candidate> candidates;
  std::string left;
  for (const auto& member : group.members) {
    if (!member.is_in_service || member.is_protected) continue;
    const auto found = matched.find(member.id);
    if (found != matched.end()) {
      candidates.push_back({.member = &member,
                            .machine_id = found->second,
                            .instances = units_left_on(found->second, look).size()});
    } else if (of_nobody.empty()) {
      candidates.push_back({.member = &member});
    } else if (left.empty()) {
      left = why_not_ended(member, of_nobody, declared);
    }
  }
  if (candidates.empty()) {
    return failure(
        ErrorKind::refused,
        !left.empty() ? left
                      : fmt::format("no machine of {} may go: {}", declared.name, why_none(group)));
  }
  if (auto known = check_ages(candidates, declared); !known) return tl::unexpected(known.error());
  const auto& first = first_to_go(candidates, declared);
  return NodeVictim{.member = first.member->id,
                    .machine_id = first.machine_id,
                    .reason = reason_of(first, declared),
                    .left = std::move(left)};
}

PlannedVictims plan_victims(GroupLook group,
                            ClusterLook look,
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
    std::erase_if(look.machines,
                  [&](const Machine& machine) { return machine.id == victim->machine_id; });
    planned.victims.push_back(std::move(*victim));
  }
  return planned;
}

}  // namespace scale_fleet
