#pragma once

#include <optional>
#include <string>

#include "scale_fleet/core/release_plan.hpp"

namespace scale_fleet {

/// How many instances a release is about.
struct ReleaseCounts {
  InstanceCount existing = 0;      ///< Of both services, at the look.
  InstanceCount count = 0;         ///< At the end.
  InstanceCount former_count = 0;  ///< Before it began, and after it is undone.
  std::string notice;              ///< What the asker should know of them; mostly empty.
};

/// The count that was asked for; else that of the release that was broken off; else as many as
/// there are (where one service replaces another, as many as the greater of them has).
Result<ReleaseCounts> release_counts(const ReleaseRequest& request,
                                     const ReleaseLook& look,
                                     const std::optional<ReleaseMark>& mark);

}  // namespace scale_fleet
