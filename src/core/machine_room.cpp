#include "core/machine_room.hpp"

#include <algorithm>

#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

bool covers(const std::vector<std::string>& patterns, const std::string& unit) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return pattern_matches(pattern, unit); });
}

}  // namespace

MachineRoom::MachineRoom(const ClusterLook& look) : look_(look) {
  for (const auto& unit : look.units) {
    if (unit.desired_state == JobState::inactive) continue;
    auto placement = read_placement(unit.options, unit.name);
    if (placement.global) {
      for (const auto& machine : look.machines) {
        if (machine_suits(placement, machine)) seats_[machine.id].push_back({&unit, placement});
      }
    } else if (!unit.machine_id.empty()) {
      seats_[unit.machine_id].push_back({&unit, std::move(placement)});
    }
  }
}

std::size_t MachineRoom::load(const std::string& machine_id) const {
  const auto found = seats_.find(machine_id);
  return found == seats_.end() ? 0 : found->second.size();
}

bool MachineRoom::fits(const Unit& unit, const Placement& placement, const Machine& machine) const {
  if (!machine_suits(placement, machine)) return false;
  const auto found = seats_.find(machine.id);
  const auto& seats = found == seats_.end() ? std::vector<Seat>() : found->second;
  const auto is_here = [&](const std::string& peer) {
    return std::ranges::any_of(seats, [&](const Seat& seat) { return seat.unit->name == peer; });
  };
  if (!std::ranges::all_of(placement.peers, is_here)) return false;
  return std::ranges::none_of(seats, [&](const Seat& seat) {
    if (seat.unit->name == unit.name) return false;
    return covers(placement.conflicts, seat.unit->name) ||
           covers(seat.placement.conflicts, unit.name);
  });
}

std::optional<std::string> MachineRoom::place_for(const Unit& unit,
                                                  const std::string& not_to) const {
  const auto placement = read_placement(unit.options, unit.name);
  const Machine* best = nullptr;
  for (const auto& machine : look_.machines) {
    if (machine.id == not_to || !fits(unit, placement, machine)) continue;
    const bool is_better = best == nullptr || std::pair(load(machine.id), machine.id) <
                                                  std::pair(load(best->id), best->id);
    if (is_better) best = &machine;
  }
  return best == nullptr ? std::nullopt : std::optional(best->id);
}

std::vector<const Unit*> MachineRoom::followers_of(const Unit& unit) const {
  std::vector<const Unit*> followers;
  const auto found = seats_.find(unit.machine_id);
  if (found == seats_.end()) return followers;
  // Each turn finds those that follow one found before.
  std::vector<const Unit*> leaders{&unit};
  while (!leaders.empty()) {
    const auto* leader = leaders.back();
    leaders.pop_back();
    for (const auto& seat : found->second) {
      const auto& peers = seat.placement.peers;
      const bool follows = std::ranges::find(peers, leader->name) != peers.end();
      const bool is_known = seat.unit->name == unit.name ||
                            std::ranges::find(followers, seat.unit) != followers.end();
      if (!follows || is_known) continue;
      followers.push_back(seat.unit);
      leaders.push_back(seat.unit);
    }
  }
  std::ranges::sort(followers, {}, [](const Unit* follower) { return follower->name; });
  return followers;
}

bool MachineRoom::is_follower(const Unit& unit) const {
  const auto placement = read_placement(unit.options, unit.name);
  return std::ranges::any_of(placement.peers, [&](const std::string& peer) {
    return std::ranges::any_of(look_.units, [&](const Unit& other) {
      return other.name == peer && other.name != unit.name && other.machine_id == unit.machine_id;
    });
  });
}

}  // namespace scale_fleet
