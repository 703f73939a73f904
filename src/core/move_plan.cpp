#include "scale_fleet/core/move_plan.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/machine_room.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

const Unit* find_unit(const ClusterLook& look, const std::string& name) {
  const auto found = std::ranges::find(look.units, name, &Unit::name);
  return found == look.units.end() ? nullptr : &*found;
}

/// Whether it can be moved at all, on its own.
bool is_movable(const Unit& unit, const MachineRoom& room) {
  const bool is_scheduled = !unit.machine_id.empty() && unit.desired_state.has_value() &&
                            unit.desired_state != JobState::inactive;
  if (!is_scheduled || is_template_name(unit.name)) return false;
  const auto placement = read_placement(unit.options, unit.name);
  return !placement.global && placement.machine_id.empty() && !room.is_follower(unit);
}

/// Whether the service can be without `moving` for a while. One that isn't well is missing already.
Outcome check_minimum(const MovingUnits& service, const ClusterLook& look, const Unit& moving) {
  if (!is_well(moving, look.states)) return {};
  InstanceCount well = 0;
  InstanceCount others = 0;
  std::string first_unwell;
  for (const auto& name : service.units) {
    const auto* unit = find_unit(look, name);
    if (unit == nullptr || name == moving.name) continue;
    if (unit->desired_state == JobState::launched) ++others;
    if (is_well(*unit, look.states)) {
      ++well;
    } else if (first_unwell.empty() && unit->desired_state == JobState::launched) {
      first_unwell = name;
    }
  }
  const auto needed = service.min_healthy.value_or(others);
  if (well >= needed) return {};
  const auto because =
      first_unwell.empty() ? std::string() : fmt::format("; {} isn't active", first_unwell);
  return failure(ErrorKind::precondition,
                 fmt::format("{} can't be moved: {} of {} would stay active, and {} must{}",
                             moving.name,
                             well,
                             service.name,
                             needed,
                             because));
}

UnitMove move_of(const Unit& unit, const MachineRoom& room, const ClusterLook& look) {
  UnitMove move{.unit = unit.name,
                .from = unit.machine_id,
                .state = unit.desired_state.value_or(JobState::launched),
                .was_well = is_well(unit, look.states)};
  move.blocker = blocker_name({.machine_id = move.from, .unit = unit.name, .state = move.state});
  for (const auto* follower : room.followers_of(unit)) {
    if (is_well(*follower, look.states)) move.followers.push_back(follower->name);
  }
  return move;
}

Error no_other_place(const Unit& unit, const ClusterLook& look) {
  const auto demands = fmt::format("{}", fmt::join(placement_demands(unit.options), ", "));
  const auto why = demands.empty() ? counted(look.machines.size(), "machine") : printable(demands);
  return {.kind = ErrorKind::refused,
          .message = fmt::format("no other machine has a place for {} ({})", unit.name, why)};
}

/// A unit that may move, and how full the machine is that it would leave.
struct Candidate {
  const Unit* unit = nullptr;
  std::string to;
  std::size_t load = 0;
};

/// Where a move of `unit` helps; empty where it doesn't.
std::optional<std::string> helps(const Unit& unit, const MachineRoom& room) {
  auto place = room.place_for(unit, unit.machine_id);
  if (!place) return std::nullopt;
  const auto moving = 1 + room.followers_of(unit).size();
  if (room.load(*place) + moving >= room.load(unit.machine_id)) return std::nullopt;
  return place;
}

}  // namespace

MovingUnits moving_units(const ServiceMoves& service, const ClusterLook& look) {
  MovingUnits moving{.name = service.service.display_name(), .min_healthy = service.min_healthy};
  const auto snapshot = snapshot_of(service.service, look.units, {});
  for (const auto& instance : snapshot.instances)
    moving.units.push_back(instance.unit.name);
  return moving;
}

Result<std::optional<UnitMove>> next_to_reschedule(const MovingUnits& service,
                                                   const ClusterLook& look,
                                                   const RescheduleRule& rule) {
  const MachineRoom room(look);
  std::optional<Candidate> best;
  for (const auto& name : service.units) {
    const auto* unit = find_unit(look, name);
    if (unit == nullptr || !is_movable(*unit, room) || !is_well(*unit, look.states)) continue;
    if (rule.all && rule.moved.contains(name)) continue;
    auto to = rule.all ? room.place_for(*unit, {}) : helps(*unit, room);
    if (!to && !rule.all) continue;
    const auto load = rule.all ? 0 : room.load(unit->machine_id);
    if (!best || load > best->load)
      best = Candidate{.unit = unit, .to = to.value_or(""), .load = load};
  }
  if (!best) return std::nullopt;
  if (auto fine = check_minimum(service, look, *best->unit); !fine)
    return tl::unexpected(fine.error());
  auto move = move_of(*best->unit, room, look);
  move.to = best->to;
  return std::optional(std::move(move));
}

Result<std::vector<UnitMove>> planned_reschedule(const MovingUnits& service,
                                                 ClusterLook look,
                                                 bool all) {
  std::vector<UnitMove> moves;
  RescheduleRule rule{.all = all};
  for (;;) {
    auto next = next_to_reschedule(service, look, rule);
    if (!next) return tl::unexpected(next.error());
    if (!*next) return moves;
    const auto& move = **next;
    rule.moved.insert(move.unit);
    for (auto& unit : look.units) {
      const bool goes = unit.name == move.unit ||
                        std::ranges::find(move.followers, unit.name) != move.followers.end();
      if (goes) unit.machine_id = move.to;
    }
    for (auto& state : look.states) {
      const bool goes = state.unit == move.unit ||
                        std::ranges::find(move.followers, state.unit) != move.followers.end();
      if (goes) state.machine_id = move.to;
    }
    moves.push_back(move);
  }
}

Result<std::optional<UnitMove>> next_to_leave(const MovingUnits& service,
                                              const ClusterLook& look,
                                              const std::string& machine_id) {
  const MachineRoom room(look);
  for (const auto& name : service.units) {
    const auto* unit = find_unit(look, name);
    if (unit == nullptr || unit->machine_id != machine_id || !is_movable(*unit, room)) continue;
    const auto to = room.place_for(*unit, machine_id);
    if (!to) return tl::unexpected(no_other_place(*unit, look));
    if (auto fine = check_minimum(service, look, *unit); !fine) return tl::unexpected(fine.error());
    auto move = move_of(*unit, room, look);
    move.to = *to;
    move.is_blocked = true;
    return std::optional(std::move(move));
  }
  return std::nullopt;
}

Outcome check_may_leave(const std::string& machine_id, const ClusterLook& look) {
  const MachineRoom room(look);
  for (const auto& name : units_left_on(machine_id, look)) {
    const auto& unit = *find_unit(look, name);
    if (!read_placement(unit.options, unit.name).machine_id.empty()) {
      return failure(ErrorKind::refused,
                     fmt::format("{} is bound to the machine ({})",
                                 name,
                                 printable(fmt::format(
                                     "{}", fmt::join(placement_demands(unit.options), ", ")))));
    }
    if (!is_movable(unit, room)) continue;
    if (!room.place_for(unit, machine_id)) return tl::unexpected(no_other_place(unit, look));
  }
  return {};
}

std::vector<MovingUnits> services_on(const std::string& machine_id,
                                     const ClusterLook& look,
                                     const std::vector<ServiceMoves>& declared) {
  const MachineRoom room(look);
  std::vector<MovingUnits> services;
  std::set<std::string> theirs;
  for (const auto& service : declared) {
    auto moving = moving_units(service, look);
    theirs.insert(moving.units.begin(), moving.units.end());
    const bool is_there = std::ranges::any_of(moving.units, [&](const std::string& name) {
      const auto* unit = find_unit(look, name);
      return unit->machine_id == machine_id && is_movable(*unit, room);
    });
    if (is_there) services.push_back(std::move(moving));
  }
  std::map<std::string, MovingUnits> others;
  for (const auto& unit : look.units) {
    if (unit.machine_id != machine_id || theirs.contains(unit.name) || read_blocker(unit)) continue;
    if (!is_movable(unit, room)) continue;
    const auto service = service_of(unit.name);
    const auto name = service ? service->display_name() : unit.name;
    auto& moving = others[name];
    moving.name = name;
    moving.min_healthy = 0;
    moving.units.push_back(unit.name);
  }
  for (auto& [name, moving] : others)
    services.push_back(std::move(moving));
  return services;
}

std::vector<std::string> units_left_on(const std::string& machine_id, const ClusterLook& look) {
  std::vector<std::string> left;
  for (const auto& unit : look.units) {
    const bool is_on_it = unit.machine_id == machine_id && unit.desired_state != JobState::inactive;
    if (!is_on_it || is_global(unit.options) || is_template_name(unit.name)) continue;
    if (!read_blocker(unit)) left.push_back(unit.name);
  }
  std::ranges::sort(left);
  return left;
}

}  // namespace scale_fleet
