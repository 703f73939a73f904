#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "commands/scale_work_item.hpp"
#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/core/step_waves.hpp"

namespace scale_fleet {

/// A service and its sidekicks on their way through a scale.
class ScaleGroup {
 public:
  explicit ScaleGroup(const ScaleRequest& asked);

  /// Observes and plans the service, then its sidekicks by what it shall have; ends at the first
  /// that can't be planned, with its error. `batch` numbers are to be changed at a time.
  std::optional<Error> look_and_plan(FleetApi& fleet, const std::optional<std::size_t>& batch);

  /// All planned steps, in the order in which they begin.
  std::vector<Step> steps() const;

  /// What is carried out before the next batch begins; nothing where there is nothing to change.
  const std::vector<std::vector<Wave>>& batches() const { return batches_; }

  /// Carries out what a wave's steps wait for in vain not, everything else.
  void apply(const Wave& wave, Applier& applier);

  /// Whether it could not be planned; then nothing of it is begun.
  bool skip_unplanned();

  std::vector<Goal> goals_so_far() const;
  bool has_failed_change() const;
  void skip_unbegun();
  /// Says of the services whose changes were left out that the trouble of another is why: that of
  /// the first change that failed, else that of the first service that `ends` show not well.
  void explain_left_out(const std::vector<WaitEnd>& ends);

  /// The service itself, then its sidekicks.
  std::vector<ScaleWorkItem> items;

 private:
  void plan_sidekicks(FleetApi& fleet);
  void put_in_order(const std::optional<std::size_t>& batch);

  ScaleRequest request_;
  std::vector<std::vector<Wave>> batches_;
};

}  // namespace scale_fleet
