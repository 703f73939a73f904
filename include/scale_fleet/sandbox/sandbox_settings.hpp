#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// `count` machines with ids that ascend (32 hex digits), addresses 10.0.0.1 and up, and the
/// metadata role=worker. At most 65,535.
std::vector<Machine> sandbox_machines(std::size_t count);

/// How a sandbox's cluster is made and how fast it is. The durations are those of a small real
/// cluster: a PUT was measured to show a machine after 2 s and a running unit after 4 s, a DELETE
/// to clear /state after 3 s.
struct SandboxSettings {
  std::vector<Machine> machines = sandbox_machines(1);
  std::uint16_t page_size = 100;                    ///< Of lists; fleetd's token_limit. Not 0.
  Duration engine_delay = std::chrono::seconds{1};  ///< From a change to the scheduling after it.
  Duration agent_delay = std::chrono::seconds{1};   ///< From that to what the machine does.
  Duration start_delay = std::chrono::seconds{1};   ///< A unit is `activating` for so long.
  Duration stop_delay = std::chrono::seconds{1};    ///< A process takes so long to stop.
  Duration machine_ttl = std::chrono::seconds{30};  ///< A lost machine is noticed after this.
  /// An agent that a unit has left removes the rows of all machines for it, at most this much later
  /// (agent/unit_state.go, every 24 s with the usual agent_ttl; registry/unit_state.go removes them
  /// all), and the agent that runs it now writes its row again at most this much after that. Zero:
  /// none of that is played.
  Duration publish_period = Duration::zero();
  /// False: a Fleet before 0.13, which ignores new options of a unit that it has.
  bool takes_new_options = true;
};

}  // namespace scale_fleet
