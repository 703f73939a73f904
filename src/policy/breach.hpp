#pragma once

#include <span>

#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

bool breaches(double value, Comparison comparison, double threshold);

/// What a series says of a threshold, from its samples alone.
struct Breach {
  bool fires = false;
  bool is_begun = false;  ///< The newest sample breaches (of points: at least one does).
  Millis length{0};       ///< From the first sample of the run to its last.
  double value = 0;       ///< The newest sample's; of points that fire, the newest that breaches.
};

/// Of a series that isn't empty. The run is of the samples up to the newest that all breach, with
/// no gap longer than the rule's staleness; it fires when it is at least the period long. With
/// points it is the last so many samples, all there and none further apart than that.
Breach breach_of(std::span<const Sample> samples, const ThresholdRule& rule);

/// The adjustment at a value: of the steps reached the furthest from the threshold, else the
/// rule's own.
const Adjustment& adjustment_at(const ThresholdRule& rule, double value);

/// The count that an adjustment of a list leads to, from 0 to max_count. A percentage is rounded
/// away from zero, and at least one instance.
InstanceCount raised(InstanceCount count, const Adjustment& adjustment);
InstanceCount lowered(InstanceCount count, const Adjustment& adjustment);

}  // namespace scale_fleet
