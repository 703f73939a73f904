#include "sandbox/option_rules.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "scale_fleet/core/x_fleet.hpp"

namespace scale_fleet {
namespace {

Outcome check_peers(const Placement& placement,
                    const std::vector<std::string>& patterns,
                    std::string_view kind) {
  for (const auto& peer : placement.peers) {
    for (const auto& pattern : patterns) {
      if (!pattern_matches(pattern, peer)) continue;
      return failure(
          ErrorKind::refused,
          fmt::format(
              R"(unresolvable requirements: peer "{}" matches {} "{}")", peer, kind, pattern));
    }
  }
  return {};
}

}  // namespace

Outcome check_placement(const Placement& placement) {
  const bool has_peers = !placement.peers.empty();
  const bool has_conflicts = !placement.conflicts.empty();
  const bool has_replaces = !placement.replaces.empty();
  const bool has_machine = !placement.machine_id.empty();

  struct Row {
    bool both;
    std::string_view message;
  };

  const std::array rows = {
      Row{has_machine && has_peers, "MachineID cannot be used with Peers"},
      Row{has_machine && has_conflicts, "MachineID cannot be used with Conflicts"},
      Row{has_machine && placement.global, "MachineID cannot be used with Global"},
      Row{has_machine && has_replaces, "MachineID cannot be used with Replaces"},
      Row{placement.global && has_peers, "Global cannot be used with Peers"},
      Row{placement.global && has_replaces, "Global cannot be used with Replaces"},
      Row{has_conflicts && has_replaces, "Conflicts cannot be used with Replaces"},
  };
  for (const auto& row : rows) {
    if (row.both) return failure(ErrorKind::refused, std::string(row.message));
  }
  if (auto fine = check_peers(placement, placement.conflicts, "conflict"); !fine) return fine;
  return check_peers(placement, placement.replaces, "replace");
}

}  // namespace scale_fleet
