#pragma once

#include <vector>

#include "commands/change_run.hpp"

namespace scale_fleet {

/// Ends changes whose units' new options Fleet has accepted: done where they have taken them. Fleet
/// before 0.13 says yes too, and ignores the options of a unit that it has (api/units.go there), so
/// each is read back; one that keeps others is destroyed, waited for until nothing of it is left,
/// and created again. Of a Fleet that takes options this asks one GET for each unit.
void ensure_replaced(const ChangeRun& run, const std::vector<Change*>& accepted);

}  // namespace scale_fleet
