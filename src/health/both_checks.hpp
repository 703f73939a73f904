#pragma once

#include <memory>
#include <vector>

#include "scale_fleet/health/health_check.hpp"

namespace scale_fleet {

/// Healthy is who passes two checks. The second is asked of those that pass the first.
class BothChecks : public HealthCheck {
 public:
  BothChecks(std::unique_ptr<HealthCheck> first, std::unique_ptr<HealthCheck> second)
      : first_(std::move(first)), second_(std::move(second)) {}

  std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override;

 private:
  std::unique_ptr<HealthCheck> first_;
  std::unique_ptr<HealthCheck> second_;
};

}  // namespace scale_fleet
