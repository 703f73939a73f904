#include "scale_fleet/policy/bounds.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// The end itself is outside.
bool is_open(const ScheduleWindow& window, WallTime now) {
  const auto match = window.cron.last_match(now, window.duration);
  return match && now - *match < window.duration;
}

void set_min(HeldBounds& bounds, InstanceCount min, const ScheduleWindow* by) {
  bounds.min = std::min(min, max_count);
  bounds.min_by = by;
  if (bounds.max >= bounds.min) return;
  bounds.max = bounds.min;
  bounds.max_by = by;
}

void set_max(HeldBounds& bounds, InstanceCount max, const ScheduleWindow* by) {
  bounds.max = std::min(max, max_count);
  bounds.max_by = by;
  if (bounds.min <= bounds.max) return;
  bounds.min = bounds.max;
  bounds.min_by = by;
}

}  // namespace

HeldBounds bounds_at(const ServicePolicy& policy, WallTime now) {
  HeldBounds bounds;
  if (policy.max) set_max(bounds, *policy.max, nullptr);
  set_min(bounds, policy.min, nullptr);
  for (const auto& window : policy.schedule) {
    if (!is_open(window, now)) continue;
    if (window.max) set_max(bounds, *window.max, &window);
    if (window.min) set_min(bounds, *window.min, &window);
  }
  return bounds;
}

}  // namespace scale_fleet
