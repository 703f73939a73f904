#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// A stretch of a started unit's life, in systemd's words.
struct LifePhase {
  std::string active;
  std::string sub;
  std::optional<Duration> lasts;  ///< Empty: until somebody stops the unit.

  bool operator==(const LifePhase&) const = default;
};

/// What becomes of a unit once it is started, from its options alone; never empty, and the last
/// phase lasts for good. No process runs: a command is judged by its words.
///   sleep N           ends well after N seconds (N, Ns, Nm, Nh; `infinity`: never)
///   …/false, exit N   fails (N not 0), as does a program under /no/ or /nonexistent
///   …/true, exit 0    ends well at once
///   anything else     runs on; as ExecStartPre, or in a oneshot, it ends well at once
/// Each ExecStartPre in turn is activating/start-pre; then the unit is activating/start for
/// `start_delay` and active/running. Type=oneshot is activating while it works, then inactive/dead,
/// or active/exited with RemainAfterExit. A unit of another type is active in its type's own word.
std::vector<LifePhase> life_of(const UnitOptions& options,
                               const std::string& unit_type,
                               Duration start_delay);

}  // namespace scale_fleet
