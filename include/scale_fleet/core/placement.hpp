#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

/// What a unit's X-Fleet section asks of the machine that runs it.
struct Placement {
  std::vector<std::string> conflicts;  ///< Patterns of units that it doesn't share a machine with.
  std::vector<std::string> replaces;   ///< Patterns; checked by the API, not played.
  std::vector<std::string> peers;      ///< MachineOf: units that must be on the machine already.
  std::map<std::string, std::set<std::string>> metadata;  ///< One of the values for each key.
  std::string machine_id;                                 ///< MachineID; empty where any will do.
  bool global = false;

  bool operator==(const Placement&) const = default;
};

/// The placement of a unit called `unit_name`: %n %N %p %i are filled in from the name
/// (job/job.go:181-205), a value `"a" "b"` is two, and the older spellings with X- and X-Condition
/// mean the same. With an empty name nothing is filled in: so Fleet checks a new unit.
Placement read_placement(const UnitOptions& options, std::string_view unit_name);

/// Whether the machine itself will do: its id and its metadata.
bool machine_suits(const Placement& placement, const Machine& machine);

}  // namespace scale_fleet
