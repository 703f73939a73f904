#pragma once

#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// All that one decision depends on: what decide() was given. Refers to it; lives no longer.
struct Question {
  const ServicePolicy& policy;
  const Situation& situation;
  const History& history;
  WallTime now;

  InstanceCount current() const { return static_cast<InstanceCount>(situation.instances.size()); }
};

}  // namespace scale_fleet
