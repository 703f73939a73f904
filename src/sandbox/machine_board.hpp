#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/placement.hpp"

namespace scale_fleet {

/// The machines and which units are scheduled to each: Fleet's scheduler. The machine with the
/// fewest units wins, ties go to the lower id (engine/scheduler.go:115-124), and nothing is ever
/// rebalanced.
class MachineBoard {
 public:
  void add(const Machine& machine);
  /// Takes the machine away and returns the names of the units that were on it.
  std::set<std::string, std::less<>> remove(const std::string& id);

  bool has(const std::string& id) const { return seats_.contains(id); }

  /// The units that are scheduled to the machine, by name; none where it isn't there.
  std::vector<std::string> units_on(const std::string& id) const;

  /// In the order of their ids.
  std::vector<Machine> machines() const;
  /// The machines that will do for a global unit.
  std::vector<std::string> suiting(const Placement& placement) const;

  /// The id of the machine that the unit goes to; empty where none will do.
  std::optional<std::string> place(const std::string& unit, const Placement& placement) const;
  /// Whether a unit may stay where it is: `machine` exists and still meets its demands.
  bool may_stay(const std::string& unit, const Placement& placement, const std::string& machine);

  void occupy(const std::string& machine, const std::string& unit, const Placement& placement);
  void vacate(const std::string& machine, const std::string& unit, const Placement& placement);

 private:
  struct Seat {
    Machine machine;
    std::set<std::string, std::less<>> units;
    std::map<std::string, int> conflicts;  // The patterns of those units, and how many have each.
  };

  static bool fits(const Seat& seat, const std::string& unit, const Placement& placement);

  std::map<std::string, Seat> seats_;
  std::set<std::pair<std::size_t, std::string>> by_load_;
};

}  // namespace scale_fleet
