#pragma once

#include <string>

#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// `create 2, destroy 5`: the steps in short.
inline std::string in_short(const ScalePlan& plan) {
  std::string text;
  for (const auto& step : plan.steps) {
    const auto number = instance_number(plan.service, step.unit);
    text += (text.empty() ? "" : ", ") + std::string(to_string(step.action)) + " " +
            (number ? std::to_string(*number) : step.unit);
  }
  return text;
}

}  // namespace scale_fleet
