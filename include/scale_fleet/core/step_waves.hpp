#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// Where a step stands: in which of several plans, and where there.
struct StepPlace {
  std::size_t plan = 0;
  std::size_t step = 0;

  bool operator==(const StepPlace&) const = default;
};

/// A step that may begin when every step of `after` is done; where one of them isn't, it is to be
/// left out.
struct WaveStep {
  StepPlace place;
  std::vector<StepPlace> after = {};

  bool operator==(const WaveStep&) const = default;
};

/// Steps that may be carried out at once, by plan and step.
using Wave = std::vector<WaveStep>;

/// The order in which the plans of a service (the first) and of its sidekicks (the others) are
/// carried out: one wave after the other. Of the steps of one number, a sidekick's destruction
/// comes before its main instance is destroyed or replaced, and a main instance is created,
/// launched or replaced before a sidekick of it is. Of two steps of the same unit the plan's first
/// comes first. What has to wait for nothing is in the first wave. Throws std::invalid_argument
/// where steps wait for each other: a sidekick created before it is destroyed, say.
///
/// Where the first plan submits first, each step has a wave of its own and waits for all of its
/// number before it: the sidekicks' destructions in the order of the plans, the main instance's;
/// the sidekicks' creations, the main instance's, its launch, the sidekicks'.
std::vector<Wave> waves(std::span<const ScalePlan> plans);

/// The same, so many numbers at a time (at least 1), each with all its steps; a template counts as
/// a number of its own. The numbers come in the order of the first plan's steps, then of the
/// others'.
std::vector<std::vector<Wave>> batches_of_waves(std::span<const ScalePlan> plans,
                                                std::size_t numbers_at_once);

}  // namespace scale_fleet
