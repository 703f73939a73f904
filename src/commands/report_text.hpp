#pragma once

#include <string>

#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

// Lines that the answers of scaling and releasing share, each with its line end.

/// What a change that was done has done, in fleetctl's words.
std::string changed_line(const Change& change);

/// `create my_app@3.service: 3 is the lowest free number`
std::string planned_line(const Change& change);

/// `my_app: 2 -> 5`; nothing of a service that was never looked at.
std::string count_line(const ServiceReport& service);

}  // namespace scale_fleet
