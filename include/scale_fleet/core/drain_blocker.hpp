#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

// Fleet can't be told to keep a machine free, and puts a unit that leaves a machine onto the one
// with the fewest units: straight back, as often as not. So each unit that leaves gets a blocker: a
// unit that demands this machine (by metadata that only it has; MachineID can't be used beside
// Conflicts) and conflicts with the unit that leaves. It finds no place until that one has left,
// takes it then, and Fleet's scheduler sends the unit elsewhere (agent/state.go, HasConflict, looks
// at both sides). It is loaded and never started: no process runs. It also says what it is for, so
// that whoever finds it later can end what was begun: units that are moved and may come back have
// one, too, which stays inactive.

/// A key of the metadata of the machine that is being emptied; its value is the machine's id.
inline constexpr std::string_view drain_metadata_key = "scale-fleet-drain";

/// What the names of all blockers begin with.
inline constexpr std::string_view blocker_prefix = "scale-fleet-drain-";

struct Blocker {
  std::string machine_id;
  std::string unit;                     ///< That may not come back.
  JobState state = JobState::launched;  ///< What that unit was set to before it was taken off.
  std::string group = {};               ///< Of machines, in whose name it was made; may be empty.

  bool operator==(const Blocker&) const = default;
};

/// The same for the same unit and machine, another for others: `scale-fleet-drain-` and 16 hex
/// digits.
std::string blocker_name(const Blocker& blocker);

UnitOptions blocker_options(const Blocker& blocker);

/// What a unit of Fleet's is the blocker of; empty for every other unit.
std::optional<Blocker> read_blocker(const Unit& unit);

}  // namespace scale_fleet
