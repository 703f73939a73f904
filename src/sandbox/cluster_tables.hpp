#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/machine_board.hpp"
#include "sandbox/unit_life.hpp"
#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/placement.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/sandbox/sandbox_settings.hpp"

namespace scale_fleet {

/// A unit's record in etcd, and what is worked out from it once.
struct UnitRecord {
  std::string name;
  UnitOptions options;
  std::string hash;
  Placement placement;
  std::optional<JobState> desired_state;
  bool broken = false;
  std::string target;     ///< The machine that it is scheduled to; empty while on none.
  bool launched = false;  ///< The target's agent has said that it called start.
};

/// A unit on a machine: what its agent has done, and the row of /state.
struct UnitRun {
  UnitState row;
  std::vector<LifePhase> life;
  std::size_t phase = 0;
  bool started = false;
  bool stopping = false;
  bool unpublished = false;  ///< Another agent has removed the row, and ours is yet to write it.
  std::uint64_t serial = 0;  ///< Of the event that ends what it does now; others are out of date.
};

enum class ClusterEventKind {
  engine_pass,  ///< The engine looks at what changed.
  agent_visit,  ///< `machine`'s agent looks at `unit`.
  phase_end,    ///< The run's phase is over.
  stop_end,     ///< The run's process has stopped.
  rows_lost,    ///< An agent that had the unit before removes its rows, of all machines.
  rows_back,    ///< The others have written theirs again.
  machine_end,  ///< `machine`, lost before, is forgotten.
};

struct ClusterEvent {
  TimePoint at;
  std::uint64_t serial = 0;  ///< Ascends: events of one moment happen in the order of their making.
  ClusterEventKind kind = ClusterEventKind::engine_pass;
  std::string unit;
  std::string machine;

  bool operator>(const ClusterEvent& other) const {
    return std::pair(at, serial) > std::pair(other.at, other.serial);
  }
};

/// All that a sandbox's cluster consists of; the engine and the agents work on it.
struct ClusterTables {
  using RunKey = std::pair<std::string, std::string>;  // Unit, machine.

  SandboxSettings settings;
  TimePoint now;
  std::map<std::string, UnitRecord, std::less<>> units;
  std::set<std::string> globals;  ///< The names of the global units.
  std::map<RunKey, UnitRun> runs;
  MachineBoard board;
  /// Silent, not yet forgotten; with the serial of the event that forgets them.
  std::map<std::string, std::uint64_t> lost_machines;
  std::priority_queue<ClusterEvent, std::vector<ClusterEvent>, std::greater<>> events;
  std::uint64_t last_serial = 0;

  // The lists as the API shows them, made when asked for and dropped at a change.
  std::optional<std::vector<const UnitRecord*>> listed_units;
  std::optional<std::vector<const UnitRun*>> listed_runs;

  /// Queues an event after `delay`; its serial.
  std::uint64_t push(Duration delay, ClusterEventKind kind, std::string unit, std::string machine) {
    events.push({.at = now + delay,
                 .serial = ++last_serial,
                 .kind = kind,
                 .unit = std::move(unit),
                 .machine = std::move(machine)});
    return last_serial;
  }

  void tell_agent(const std::string& unit, const std::string& machine) {
    push(settings.agent_delay, ClusterEventKind::agent_visit, unit, machine);
  }

  /// The unit's record where it can be read; null otherwise.
  UnitRecord* readable(std::string_view name) {
    const auto found = units.find(name);
    return found == units.end() || found->second.broken ? nullptr : &found->second;
  }
};

/// etcd keeps keys that begin so out of every listing: the engine and the agents never see them.
inline bool is_hidden(std::string_view unit_name) {
  return unit_name.starts_with('_');
}

}  // namespace scale_fleet
