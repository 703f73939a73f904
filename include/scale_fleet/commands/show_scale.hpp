#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// The answer for people: a line for each changed unit in fleetctl's words, then
/// `my_app: 2 -> 5` for each service. Of a dry run (`status` planned): the steps with their
/// reasons. A unit that
/// nobody waited for is `Triggered unit … start`.
std::string scale_text(const ScaleReport& report);

/// The answer for programs: one document, in the form that the contract gives.
std::string scale_json(const ScaleReport& report);

/// What went wrong, a sentence each, every one once.
std::vector<std::string> scale_errors(const ScaleReport& report);

}  // namespace scale_fleet
