#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// A unit that was moved, or is to be.
struct MovedUnit {
  std::string unit;
  std::string from;  ///< Machine ids.
  std::string to;    ///< It may be the same as `from`; empty where nobody knows.
  StepResult result = StepResult::planned;

  bool operator==(const MovedUnit&) const = default;
};

struct ServiceMoveReport {
  std::string service;
  std::vector<MovedUnit> moved;  ///< In the order in which they began.
  ScaleStatus status = ScaleStatus::unchanged;
  std::optional<Error> error;
};

struct MoveReport {
  ScaleStatus status = ScaleStatus::unchanged;
  std::vector<ServiceMoveReport> services;
  std::optional<Error> error;  ///< What kept the whole run from its end.
};

/// The worst of its services' and of its own error's.
ScaleStatus overall_status(const MoveReport& report);

}  // namespace scale_fleet
