#pragma once

#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

/// Which numbers the instances of a service get: first, first + step, first + 2 * step, … Where a
/// number is a port, `step` is how many ports an instance has.
struct Numbering {
  InstanceNumber first = 1;
  InstanceNumber step = 1;  ///< At least 1.

  bool operator==(const Numbering&) const = default;
};

}  // namespace scale_fleet
