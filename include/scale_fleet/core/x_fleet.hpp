#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"

namespace scale_fleet {

/// Every value of `key` in [X-Fleet], in order. One line may hold several, each in double quotes
/// with a blank between (`MachineMetadata="a=b" "c=d"`); they come without the quotes
/// (unit/unit.go:68-99).
std::vector<std::string> x_fleet_values(const UnitOptions& options, std::string_view key);

/// The patterns of units that can't share a machine with this one: Conflicts and its old spelling
/// X-Conflicts, split at white space (job/job.go).
std::vector<std::string> conflict_patterns(const UnitOptions& options);

/// The units whose machine this one must share: MachineOf and X-ConditionMachineOf (job/job.go).
std::vector<std::string> peer_names(const UnitOptions& options);

/// Whether a Conflicts or Replaces pattern is `unit_name`'s: `*` and `?` stand for anything but a
/// `/`, `[a-z]` and `[^a-z]` for one character, `\` takes the next one literally. A pattern that is
/// malformed matches nothing, as with Go's path.Match.
bool pattern_matches(std::string_view pattern, std::string_view unit_name);

}  // namespace scale_fleet
