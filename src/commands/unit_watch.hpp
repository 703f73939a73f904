#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "commands/change_run.hpp"
#include "scale_fleet/core/stopped_unit.hpp"

namespace scale_fleet {

/// What is waited for, and what to do with those that are there.
struct UnitWatch {
  std::function<bool(std::string_view unit, const UnitsAndStates& look)> is_ready;
  std::function<void(const std::vector<Change*>& ready, const UnitsAndStates& look)> on_ready;
  std::string_view delay;  ///< What a unit hasn't done that isn't ready in time: `it had not …`.
};

/// Looks again and again until the units of all `changes` are ready, at most for the run's timeout;
/// hands them on as they get ready. What ended it before that is the error: then `changes` are
/// those that weren't ready.
Outcome watch_units(const ChangeRun& run, std::vector<Change*>& changes, const UnitWatch& watch);

}  // namespace scale_fleet
