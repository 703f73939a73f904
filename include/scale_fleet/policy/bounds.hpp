#pragma once

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// Between which counts a service is to be at a moment, and whether a schedule says so.
struct HeldBounds {
  InstanceCount min = 0;
  InstanceCount max = max_count;
  const ScheduleWindow* min_by = nullptr;  ///< Null: the service's own.
  const ScheduleWindow* max_by = nullptr;
};

/// min <= max always: where a window's bound contradicts another, the window's holds, and of two
/// windows that of the later one in the list.
HeldBounds bounds_at(const ServicePolicy& policy, WallTime now);

}  // namespace scale_fleet
