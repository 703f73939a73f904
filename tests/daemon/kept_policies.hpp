#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "support/kept_world.hpp"

namespace scale_fleet {

// What tests of the daemon keep, and what they see of it.

using Numbers = std::vector<InstanceNumber>;
using Lines = std::vector<std::string>;

inline const Metric load{.source = FileMetric{.name = "load"}};

inline ServicePolicy between(InstanceCount min, InstanceCount max) {
  return {.min = min, .max = max};
}

/// One more above 80, one fewer below 20, both with a minute's cool-down.
inline ServicePolicy by_load(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.scale_up.push_back({.path = "scale_up[0]",
                             .metric = load,
                             .comparison = Comparison::above,
                             .threshold = 80,
                             .cooldown = std::chrono::minutes(1)});
  policy.scale_down.push_back({.path = "scale_down[0]",
                               .metric = load,
                               .comparison = Comparison::below,
                               .threshold = 20,
                               .cooldown = std::chrono::minutes(1)});
  return policy;
}

/// Turns of the loop with the same load, one each ten seconds.
inline void turn_at(KeptWorld& world, double value, int times) {
  for (int i = 0; i < times; ++i) {
    world.measure(load, value);
    world.turn();
  }
}

}  // namespace scale_fleet
