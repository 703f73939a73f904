#pragma once

#include <span>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// Carries out plans: the only one that PUTs or DELETEs instances. Not a transaction: each change's
/// result tells what became of it, and the same wish again goes on from there.
class Applier {
 public:
  Applier(World world, const ScaleOptions& options) : world_(world), options_(options) {}

  /// Carries out the steps of `changes` (a part of `plan`, none begun) and notes each one's result:
  /// done, failed with its error, or skipped where a signal or an earlier failure came first. The
  /// template goes first and must succeed; then everything independent at once; units that stop
  /// first are set to loaded, waited for, and destroyed when they have stopped.
  void apply(const ScalePlan& plan, std::span<Change> changes);

 private:
  void perform(const ScalePlan& plan, const std::vector<Change*>& changes);
  /// Leaves in `changes` those that are stopping.
  void stop_units(std::vector<Change*>& changes);
  void destroy_stopped(const ScalePlan& plan, const std::vector<Change*>& stopped);
  void wait_until_stopped(const ScalePlan& plan, std::vector<Change*>& stopping);

  World world_;
  const ScaleOptions& options_;
};

}  // namespace scale_fleet
