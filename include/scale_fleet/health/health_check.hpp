#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/service_snapshot.hpp"

namespace scale_fleet {

/// An instance that is to be asked whether it serves.
struct CheckTarget {
  std::string unit;    ///< `my_app@3.service`
  std::string prefix;  ///< `my_app`
  InstanceNumber number = 0;
  std::string machine_ip;  ///< Empty where Fleet doesn't know it.
};

/// Asks instances whether they serve, beyond what systemd knows: over HTTP, or with a program of
/// the user's. In tests a table.
class HealthCheck {
 public:
  HealthCheck() = default;
  HealthCheck(const HealthCheck&) = delete;
  HealthCheck& operator=(const HealthCheck&) = delete;
  virtual ~HealthCheck() = default;

  /// One answer for each target, in their order. All are asked at once, as far as the check's kind
  /// allows, and each within the check's time limit; a stop request ends it early. What can't be
  /// asked is not healthy, and its answer says why.
  virtual std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) = 0;
};

}  // namespace scale_fleet
