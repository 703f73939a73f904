#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/exit_code.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// How a wish ended. Ordered: of several services the last of these is the whole run's.
enum class ScaleStatus {
  unchanged,
  planned,
  converged,
  accepted,
  overridden,
  precondition_failed,
  timed_out,
  failed,
  interrupted,
};
std::string_view to_string(ScaleStatus status);

enum class StepResult { planned, done, failed, skipped };
std::string_view to_string(StepResult result);

/// A step, and what became of it.
struct Change {
  Step step;
  StepResult result = StepResult::planned;
  std::optional<Error> error = std::nullopt;
  /// Fleet's word for how far it is, at the last look; empty where nobody looked.
  std::optional<JobState> current_state = std::nullopt;
  /// Where the unit runs, as fleetctl writes it: `3d1219c7.../127.0.0.1`; empty while not known.
  std::string location = {};
  /// Its place in the order in which the changes of a service and of its sidekicks begin; of a
  /// release, which of its steps it belongs to, from 1.
  std::size_t turn = 0;
};

struct ServiceReport {
  std::string service;
  std::optional<InstanceCount> desired;  ///< Empty where a relative wish never met its cluster.
  std::optional<InstanceCount> before;   ///< Empty where the cluster could not be read.
  std::optional<InstanceCount> after;
  ScaleStatus status = ScaleStatus::planned;
  std::vector<Change> changes;
  std::vector<std::string> left_alone;
  /// Instances that are to stay though they have another text than the declared service's.
  std::vector<std::string> other_text = {};
  std::optional<Error> error;
  /// Whether it goes with the nearest service before it that isn't one.
  bool is_sidekick = false;
};

struct ScaleReport {
  ScaleStatus status = ScaleStatus::unchanged;
  std::vector<ServiceReport> services;
  std::optional<Error> error;  ///< What kept the whole run from its end.
};

/// The whole run's status: the worst of its services', or what `report.error` amounts to.
ScaleStatus overall_status(const ScaleReport& report);

/// What an error makes of the wish that it befell.
ScaleStatus status_of(ErrorKind kind);

/// The exit code of a status, other than a signal's: interrupted is 1 here, and the caller knows
/// the signal. `changes_are_three` is `--detailed-exitcode`.
ExitCode exit_code_of(ScaleStatus status, bool changes_are_three);

}  // namespace scale_fleet
