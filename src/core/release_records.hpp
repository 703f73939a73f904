#pragma once

#include <optional>

#include "core/release_counts.hpp"
#include "scale_fleet/core/release_plan.hpp"

namespace scale_fleet {

/// What is decided of a release before it is planned what it keeps in Fleet.
struct ReleaseDecision {
  const ReleaseRequest& request;
  const ReleaseLook& look;
  const std::optional<FormerVersion>& former;  ///< As read from the look.
  const std::optional<ReleaseMark>& mark;
  const UnitOptions& text;                        ///< What the instances become.
  const std::optional<UnitOptions>& former_text;  ///< What they were, where it is another.
  const ReleaseCounts& counts;
};

/// Fills in what `plan`, whose goal, undo and batches are there, keeps in Fleet and takes away: the
/// preparation and conclusion, and those of the way back.
void plan_records(const ReleaseDecision& decision, ReleasePlan& plan);

}  // namespace scale_fleet
