#pragma once

#include <optional>

#include "policy/question.hpp"

namespace scale_fleet {

/// The count that recommendations of the last `window` agree with, and which of them decides.
struct SettledCount {
  InstanceCount count = 0;
  Millis remaining{0};  ///< Until what decides has left the window.
};

/// Of an up to `wanted` the lowest recommended in the window, of a down the highest; `wanted`
/// itself is one of them. The current count is one too where decisions were not made all through
/// the window: the history is younger, or was interrupted (by a restart, say).
SettledCount settled(const Question& question, Direction direction, InstanceCount wanted);

}  // namespace scale_fleet
