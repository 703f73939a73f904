#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/commands/release_report.hpp"
#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/release_plan.hpp"
#include "scale_fleet/health/health_check.hpp"

namespace scale_fleet {

enum class OnFailure { undo, stop };

struct ReleaseOptions {
  /// Of these: dry_run, detailed_exit_code, parallel, and timeout, which is each step's.
  ScaleOptions scale = {};
  Duration settle = std::chrono::seconds(5);  ///< How long an instance must stay well to count.
  int answers = 0;                            ///< So often on end its health check must be passed.
  Duration canary_time = Duration::zero();    ///< How long the canaries are watched.
  Duration pause_between = Duration::zero();  ///< After each step that starts something.
  OnFailure on_failure = OnFailure::undo;
};

/// What a release needs besides the world. All of it outlives the command.
struct ReleaseAids {
  HealthCheck* check = nullptr;
  /// After Ctrl-C: whether to go back. Where it says yes, it also lets the stop request be
  /// forgotten, so that going back isn't stopped by it.
  std::function<bool()> asks_to_undo = {};
  /// The command for a shell, for going on with it.
  std::string command_line;
  /// What the command that goes back must have too, each behind a blank: ` --endpoint http://…`.
  std::string options_of_back = {};
};

/// A request with everything that only Fleet knows filled in: the text of another service, the
/// version to roll back to. Errors: not_found, refused, unavailable, interrupted.
Result<ReleaseRequest> resolve_release(FleetApi& fleet, const ReleaseRequest& request);

/// Brings a service from one version to the next: looks, plans, keeps the former version in Fleet,
/// then renews the instances in batches, each awaited until it is well, and goes back where one
/// isn't. The same command again takes up what was broken off.
class ReleaseCommand {
 public:
  ReleaseCommand(World world, ReleaseOptions options, ReleaseAids aids)
      : world_(world), options_(std::move(options)), aids_(std::move(aids)) {}

  /// `request` as resolve_release() returns it. Never throws for what Fleet does.
  ReleaseReport run(const ReleaseRequest& request);

 private:
  World world_;
  ReleaseOptions options_;
  ReleaseAids aids_;
};

}  // namespace scale_fleet
