#pragma once

#include "scale_fleet/core/count.hpp"

namespace scale_fleet {

// What people write in decimals is reckoned in decimals: 0.3 / 0.1 is 3, though the nearest
// doubles' quotient is less. A double stands for the shortest decimal that reads as it.

/// ceil(count * metric / target), exact, at most max_count. 0 where `metric` or `count` is 0 or
/// less; max_count where `target` is (and the metric isn't).
InstanceCount ceil_of(InstanceCount count, double metric, double target);

/// Whether metric / (count * target) is within 1 +- tolerance, the ends included. Exact for numbers
/// of up to ten digits or so; beyond them as exact as a long double.
bool is_within(double metric, InstanceCount count, double target, double tolerance);

}  // namespace scale_fleet
