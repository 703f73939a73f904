#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// What a service should look like once everything asked for has happened.
struct Goal {
  Service service;
  std::vector<std::string> kept;  ///< Instances that shall be there.
  std::vector<std::string>
      destroyed;  ///< Units that shall be gone, and their state rows with them.
  /// Instances that are not looked at: their change has not begun, or did not succeed.
  std::vector<std::string> disregarded = {};
  /// False: it is enough that Fleet holds exactly the kept instances (`--no-block`).
  bool running = true;
  /// By unit, Fleet's hash of the text that it shall run; any will do for units not named.
  std::map<std::string, std::string> texts = {};
  /// So many times on end each kept instance must have answered its health check.
  int answers = 0;
  /// One instance that has failed for good decides, whatever the others do.
  bool fails_fast = false;
  /// The look that ends the wait is for more than this goal: it needs the states of all instances.
  bool needs_all_states = false;
};

/// How one unit of the goal stands. The first three are good.
enum class Condition {
  well,         ///< As it should be: active.
  gone,         ///< Destroyed, and no machine says a word of it any more.
  finished,     ///< A oneshot that has ended; well once it has stayed so for a moment.
  starting,     ///< On its way: scheduled, activating, restarting.
  unscheduled,  ///< Fleet found no machine for it.
  outdated,     ///< Active, and still another text than it shall run.
  unanswered,   ///< Active, and its health check fails or hasn't been passed often enough.
  failed,       ///< systemd says failed, or can't load it.
  stopping,     ///< Destroyed, and still taken down on its machine.
  missing,      ///< Should be there and isn't in Fleet.
  parked,       ///< Somebody set another desired state than launched.
  rewritten,    ///< Somebody gave it another text than it shall have.
  unexpected,   ///< An instance that should not be there.
};

/// Whether its machine says that it runs another text than Fleet has for it: it will be restarted
/// in a moment.
bool is_behind_its_text(const Instance& instance);

/// How a launched instance fares on its machine, whatever text it runs; `parked` where it isn't
/// launched.
Condition condition_of(const Instance& instance);

struct UnitStanding {
  std::string unit;
  Condition condition = Condition::starting;
  /// systemd's words, where there are any: `active/running`.
  std::string detail;
  std::string machine_id;
  /// Of an unscheduled one: what it demands of a machine, as its lines read.
  std::vector<std::string> demands = {};
  /// What Fleet's agent was told last; empty of units that Fleet doesn't have.
  std::optional<JobState> current_state = {};
  /// How often on end it has answered its health check.
  int answers = 0;
  /// Since when it has stood so, as far as was seen.
  TimePoint since;
};

enum class Verdict {
  waiting,
  converged,
  failed,      ///< Everything else is well, and the failed ones have stayed failed.
  overridden,  ///< The instances in Fleet have stayed others than the goal's.
};

/// How long something must last before it is believed.
struct Patience {
  /// systemd may restart a failed unit.
  Duration failed = std::chrono::seconds(10);
  /// A list may lag behind an acknowledged write (non-quorum reads of etcd).
  Duration overridden = std::chrono::seconds(3);
  /// An agent reports what it saw up to a second ago.
  Duration finished = std::chrono::seconds(2);
  /// How long an instance must stay well to count.
  Duration well = Duration::zero();
};

struct Standing {
  Verdict verdict = Verdict::waiting;
  std::vector<UnitStanding> units;  ///< Kept ones by number, then the others.
};

/// Has the goal taken hold? `before` is the standing of the look before this one (empty at first):
/// it tells since when each unit has stood as it stands.
Standing assess(const Goal& goal,
                const ServiceSnapshot& snapshot,
                const Standing& before,
                TimePoint now,
                const Patience& patience = {});

/// The kept instances that run as they shall and have yet to pass their health check, or to have
/// stayed well for long enough: those whose answers assess() should find in the snapshot.
std::vector<std::string> units_to_ask(const Goal& goal,
                                      const ServiceSnapshot& snapshot,
                                      const Standing& before,
                                      TimePoint now,
                                      const Patience& patience);

/// Whether states, which `units` lacks, could change what assess() finds of the goal's units: not
/// while Fleet has no machine for any kept instance, and never where it is enough that Fleet holds
/// them.
bool needs_states(const Goal& goal, const ServiceSnapshot& units);

/// Whether a unit that stands so needs nothing more.
bool is_good(Condition condition);

/// `starting`, in a person's words.
std::string_view to_string(Condition condition);

}  // namespace scale_fleet
