#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"
#include "scale_fleet/sandbox/sandbox_settings.hpp"

namespace scale_fleet {

/// What the units of a service are like.
enum class UnitKind {
  plain,
  slow,         ///< Takes seconds to start.
  with_stop,    ///< Has an ExecStop.
  oneshot,      ///< Ends well at once.
  failing,      ///< Never runs.
  conflicting,  ///< One for each machine.
  demanding,    ///< Wants a machine that there isn't.
  global,       ///< One on every machine: can't be scaled.
};

UnitOptions options_of(UnitKind kind);

/// A unit that is in Fleet before the command begins.
struct StoredUnit {
  std::string name;
  UnitOptions options = {};
  JobState state = JobState::launched;
};

/// What somebody else does to a unit while the command works.
struct Meddling {
  enum class Kind { destroy, put, set_loaded, forget_state, break_record };

  Duration after{0};  ///< From the command's begin; it happens as the next request arrives.
  Kind kind = Kind::destroy;
  std::string unit;
  UnitOptions options = {};  ///< Of put.
};

/// One run of the program and the world around it, made before anything happens.
struct Scenario {
  std::uint64_t seed = 0;
  SandboxSettings cluster = {};
  std::vector<StoredUnit> stored = {};
  /// Whether the cluster has come to rest before the command begins.
  bool at_rest = true;
  /// Whether every unit of the services can run, given machines enough.
  bool is_able = true;
  std::vector<ScaleRequest> wishes = {};
  ScaleOptions options = {};
  std::vector<Fault> faults = {};  ///< Those that happen at their turn,
  int fault_percent = 0;           ///< and of the other requests this share.
  std::vector<Meddling> meddling = {};
  std::optional<Duration> signal_after = {};
  std::optional<Duration> machine_loss_after = {};
};

/// The scenario of a seed: always the same.
Scenario scenario_of(std::uint64_t seed);

/// A fault of a random kind, of those that befall a request in passing or for good.
Fault random_fault(std::uint64_t chance);

/// The scenario in words, for whoever replays it.
std::string describe(const Scenario& scenario);

}  // namespace scale_fleet
