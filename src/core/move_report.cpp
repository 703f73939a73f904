#include "scale_fleet/core/move_report.hpp"

#include <algorithm>

namespace scale_fleet {

ScaleStatus overall_status(const MoveReport& report) {
  auto worst = report.error ? status_of(report.error->kind) : ScaleStatus::unchanged;
  for (const auto& service : report.services)
    worst = std::max(worst, service.status);
  return worst;
}

}  // namespace scale_fleet
