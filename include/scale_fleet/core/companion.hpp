#pragma once

#include <memory>
#include <set>
#include <span>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// A sidekick on the way of a release, and the service that it goes with.
struct Companion {
  Service main;
  ServiceSnapshot sidekick;
  /// Numbers that need none: on the way back, those that had no good one before.
  std::set<InstanceNumber> excused = {};
  /// What it is made of, where that isn't Fleet's template.
  std::shared_ptr<const UnitOptions> text = {};
};

/// What a release does to the main service at one time.
struct MainSteps {
  std::span<const Step> steps;
  /// Every instance with its new text after them: each is to have its sidekick.
  std::span<const std::string> renewed;
  StopFirst stop_first = StopFirst::automatic;
};

/// What the sidekick does with it, to be put in order by waves(): it comes up with an instance,
/// goes with it, and where the instance is replaced it is stopped and destroyed before and created
/// after, so that it begins anew on whatever machine. Numbers that the main service's steps don't
/// touch keep theirs, or get a missing one. Errors: not_found (instances must be created and there
/// is no template), refused (global units, a template without options).
Result<ScalePlan> plan_companion(const Companion& companion, const MainSteps& main);

}  // namespace scale_fleet
