#pragma once

#include <vector>

#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/core/step_waves.hpp"

namespace scale_fleet {

/// A plan, and what has become of each of its steps, in their order.
struct PlanChanges {
  const ScalePlan* plan = nullptr;
  std::vector<Change>* changes = nullptr;
};

/// Carries out a wave of such plans. A step is skipped where one that has to come before it wasn't
/// done.
void apply_wave(const Wave& wave, const std::vector<PlanChanges>& plans, Applier& applier);

}  // namespace scale_fleet
