#pragma once

#include "commands/json_text.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// The document of a scale or a release, in the form that the contract gives.
Json report_json(const ScaleReport& report);

}  // namespace scale_fleet
