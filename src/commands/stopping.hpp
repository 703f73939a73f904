#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "commands/change_run.hpp"
#include "scale_fleet/core/stopped_unit.hpp"

namespace scale_fleet {

/// What becomes of units that are to stop.
struct StopEnds {
  /// Those that have stopped, or aren't in Fleet any more, as they do; with the look that showed
  /// it.
  std::function<void(const std::vector<Change*>& stopped, const UnitsAndStates& look)> on_stopped;
  /// One that couldn't be told to stop, that hasn't stopped in time, or that a signal saved:
  /// failed with its error, or skipped where nothing was sent.
  std::function<void(Change& change, StepResult result, std::optional<Error> error)> on_failure;
};

/// Sets the units of `changes` to loaded, all at once, and waits until they have stopped.
void stop_units(const ChangeRun& run, const std::vector<Change*>& changes, const StopEnds& ends);

/// Why a unit that was told to stop, and has stopped, wasn't destroyed or replaced then: it can't
/// be called untouched.
Error error_after_stop(const Step& step, const WriteEnd& end);

}  // namespace scale_fleet
