#include "sandbox/machine_board.hpp"

#include <algorithm>

#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

/// The characters of `pattern` before its first special one: whatever it covers begins so.
std::string_view literal_prefix(std::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of("*?[\\"));
}

/// Whether one of `units`, which stand in order, is covered by `pattern`.
bool covers_any(const std::string& pattern, const std::set<std::string, std::less<>>& units) {
  const auto prefix = literal_prefix(pattern);
  for (auto unit = units.lower_bound(prefix); unit != units.end(); ++unit) {
    if (!unit->starts_with(prefix)) return false;
    if (pattern_matches(pattern, *unit)) return true;
  }
  return false;
}

}  // namespace

void MachineBoard::add(const Machine& machine) {
  const auto [seat, is_new] = seats_.try_emplace(machine.id);
  seat->second.machine = machine;
  if (is_new) by_load_.emplace(0, machine.id);
}

std::set<std::string, std::less<>> MachineBoard::remove(const std::string& id) {
  const auto seat = seats_.find(id);
  if (seat == seats_.end()) return {};
  auto units = std::move(seat->second.units);
  by_load_.erase({units.size(), id});
  seats_.erase(seat);
  return units;
}

std::vector<std::string> MachineBoard::units_on(const std::string& id) const {
  const auto seat = seats_.find(id);
  if (seat == seats_.end()) return {};
  return {seat->second.units.begin(), seat->second.units.end()};
}

std::vector<Machine> MachineBoard::machines() const {
  std::vector<Machine> machines;
  for (const auto& [id, seat] : seats_)
    machines.push_back(seat.machine);
  return machines;
}

std::vector<std::string> MachineBoard::suiting(const Placement& placement) const {
  std::vector<std::string> ids;
  for (const auto& [id, seat] : seats_) {
    if (machine_suits(placement, seat.machine)) ids.push_back(id);
  }
  return ids;
}

bool MachineBoard::fits(const Seat& seat, const std::string& unit, const Placement& placement) {
  if (!machine_suits(placement, seat.machine)) return false;
  const auto is_here = [&](const std::string& peer) { return seat.units.contains(peer); };
  if (!std::ranges::all_of(placement.peers, is_here)) return false;
  const auto keeps_out = [&](const std::string& pattern) {
    return covers_any(pattern, seat.units);
  };
  if (std::ranges::any_of(placement.conflicts, keeps_out)) return false;
  return std::ranges::none_of(
      seat.conflicts, [&](const auto& pattern) { return pattern_matches(pattern.first, unit); });
}

std::optional<std::string> MachineBoard::place(const std::string& unit,
                                               const Placement& placement) const {
  const auto found = std::ranges::find_if(by_load_, [&](const auto& load_and_id) {
    return fits(seats_.at(load_and_id.second), unit, placement);
  });
  if (found == by_load_.end()) return std::nullopt;
  return found->second;
}

bool MachineBoard::may_stay(const std::string& unit,
                            const Placement& placement,
                            const std::string& machine) {
  if (!has(machine)) return false;
  vacate(machine, unit, placement);
  const bool fine = fits(seats_.at(machine), unit, placement);
  occupy(machine, unit, placement);
  return fine;
}

void MachineBoard::occupy(const std::string& machine,
                          const std::string& unit,
                          const Placement& placement) {
  auto& seat = seats_.at(machine);
  by_load_.erase({seat.units.size(), machine});
  seat.units.insert(unit);
  by_load_.emplace(seat.units.size(), machine);
  for (const auto& pattern : placement.conflicts)
    ++seat.conflicts[pattern];
}

void MachineBoard::vacate(const std::string& machine,
                          const std::string& unit,
                          const Placement& placement) {
  const auto found = seats_.find(machine);
  if (found == seats_.end() || !found->second.units.contains(unit)) return;
  auto& seat = found->second;
  by_load_.erase({seat.units.size(), machine});
  seat.units.erase(unit);
  by_load_.emplace(seat.units.size(), machine);
  for (const auto& pattern : placement.conflicts) {
    if (--seat.conflicts[pattern] == 0) seat.conflicts.erase(pattern);
  }
}

}  // namespace scale_fleet
