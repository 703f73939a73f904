#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// A machine as fleetctl writes it: the id's first eight characters, dots, its address where known.
std::string location_of(const std::string& machine_id, const std::vector<Machine>& machines);

/// Why a wait ended otherwise than well, in a sentence: which units stand how, and for those that
/// no machine runs what the first of them demands and how many machines there are. `machines` is
/// empty where they could not be read.
std::string explain_standing(const Standing& standing, const std::vector<Machine>& machines);

}  // namespace scale_fleet
