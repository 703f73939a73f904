#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// How far a release came.
enum class ReleaseResult {
  unchanged,  ///< Everything was as asked already.
  planned,    ///< A dry run: nothing was changed.
  released,
  undone,     ///< It failed, and everything is as it was before.
  stopped,    ///< It was left half-way.
  not_begun,  ///< Nothing was changed.
};
std::string_view to_string(ReleaseResult result);

struct ReleaseReport {
  /// The services with all their changes, in the order of the steps.
  ScaleReport scale;
  ReleaseResult result = ReleaseResult::not_begun;
  std::string onward;         ///< The command that goes on with it.
  std::string back;           ///< The command that goes back.
  std::optional<int> signal;  ///< That stopped it, if one did.
};

/// The answer for people: as of a scale, in the order of the steps; of a dry run the steps with
/// their reasons.
std::string release_text(const ReleaseReport& report);

/// The answer for programs: the document of a scale, with `step` in each change, and `release`.
std::string release_json(const ReleaseReport& report);

}  // namespace scale_fleet
