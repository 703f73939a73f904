#pragma once

#include <vector>

#include "commands/change_run.hpp"

namespace scale_fleet {

/// Carries out the steps of `changes`, all at once, and ends each change: a replaced unit once it
/// was seen to hold its new options.
void write_changes(const ChangeRun& run, const std::vector<Change*>& changes);

/// The same of units that stop first: each when it has stopped. One that is replaced by the options
/// that it has needs no look: nobody doubts that it took them.
void write_when_stopped(const ChangeRun& run, const std::vector<Change*>& changes);

}  // namespace scale_fleet
