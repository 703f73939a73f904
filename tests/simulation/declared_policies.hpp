#pragma once

#include "scale_fleet/policy/service_policy.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {

/// How long a rule's action lasts: longer than a lease, so that whoever takes over has to know of
/// it.
inline constexpr Millis declared_cooldown{90'000};

/// The one metric of every rule.
inline const Metric declared_load{.source = FileMetric{.name = "load"}};

/// Bounds, and rules about `declared_load`: up above 80, down below 20, or a target.
ServicePolicy random_declared_policy(RandomSource& chance);

/// Of a service whose count is reckoned: no rule, and no bound that a few steps reach.
ServicePolicy policy_of_reckoned();

}  // namespace scale_fleet
