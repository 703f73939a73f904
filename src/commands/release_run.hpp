#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/release_log.hpp"
#include "scale_fleet/commands/release_command.hpp"
#include "scale_fleet/commands/waiter.hpp"
#include "scale_fleet/core/release_waves.hpp"

namespace scale_fleet {

/// Why a release can't go on. What may fail returns one, or none where all went well.
struct ReleaseFailure {
  ScaleStatus status = ScaleStatus::failed;
  Error error;
};

/// What the instances of one rollout have to prove before the next batch.
struct RolloutGates {
  Duration settle = Duration::zero();
  Duration canary_time = Duration::zero();
  Duration pause_between = Duration::zero();
  int answers = 0;
  HealthCheck* check = nullptr;
};

/// Everything that a rollout changes, at one look.
struct ReleaseView {
  RolloutLook look;
  std::vector<Companion> companions;
};

/// Carries out one rollout, forth or back: asks the pure function for the next batch, applies it,
/// waits until everything renewed is well, and asks again.
class RolloutRun {
 public:
  RolloutRun(World world, const ScaleOptions& options, ReleaseLog& log)
      : world_(world), options_(options), log_(log) {}

  std::optional<ReleaseFailure> run(const RolloutGoal& goal,
                                    ReleaseView view,
                                    const RolloutGates& gates);

  /// Carries out independent steps, of templates and units kept; a failure where at least one
  /// didn't succeed.
  std::optional<ReleaseFailure> apply(const std::vector<Step>& steps);

  /// What the last look showed; empty where it wasn't whole.
  const std::optional<ReleaseView>& last_view() const { return last_view_; }

  /// Whether everything runs its text, and only those that stood in on the way were left.
  bool has_reached_goal() const { return has_reached_goal_; }

 private:
  std::optional<ReleaseFailure> apply(AccompaniedSteps& steps);
  std::optional<ReleaseFailure> turn(const RolloutGoal& goal,
                                     const RolloutBatch& batch,
                                     ReleaseView& view);
  std::optional<ReleaseFailure> await(const RolloutBatch& batch,
                                      std::vector<Goal> goals,
                                      ReleaseView& view);
  std::optional<ReleaseFailure> judge(const std::vector<WaitEnd>& ends,
                                      const std::vector<Goal>& goals);
  std::optional<ReleaseFailure> failure_of(const WaitEnd& end, const Goal& goal);
  std::optional<ReleaseFailure> failure_in(const std::vector<Change>& changes) const;
  void tell(const Step& step);
  const std::vector<Machine>& machines();

  World world_;
  const ScaleOptions& options_;
  ReleaseLog& log_;
  RolloutGates gates_;
  std::vector<Standing> standings_;  // How the units stood at the end of the last wait.
  std::optional<ReleaseView> last_view_;
  bool has_reached_goal_ = false;
  std::vector<Machine> machines_;  // For their addresses; read when first needed.
};

}  // namespace scale_fleet
