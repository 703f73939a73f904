#pragma once

#include <span>

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
  /// first are set to loaded, waited for, and destroyed or replaced when they have stopped.
  ///
  /// A replaced unit is done when Fleet holds its new options and wants it launched; its agent has
  /// yet to start it. Where the options are those that it has, only a step that stops first does
  /// anything: it restarts the unit. A unit that isn't there is created.
  void apply(const ScalePlan& plan, std::span<Change> changes);

 private:
  World world_;
  const ScaleOptions& options_;
};

}  // namespace scale_fleet
