#pragma once

#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

/// A declared service, and the wish for it that declared_request() made.
struct DeclaredWish {
  const DeclaredService& declared;
  ScaleRequest request;
  /// Bring instances of another text to theirs.
  bool replaces_text = false;
};

/// Scales all services of `wishes`, each for itself; then brings the instances of those that
/// replace to their text, one service after the other, by the steps of a release: with one more
/// than the count meanwhile where the numbering is the usual one and the bounds leave room, else
/// with one fewer. A release that fails is undone. A service whose scale did not end well is not
/// released. Of a dry run: the scales alone. Reports as of ScaleCommand, in the order of `wishes`.
ScaleReport carry_out_declared(World world,
                               const std::vector<DeclaredWish>& wishes,
                               const ScaleOptions& options);

/// The same for one service.
ScaleReport carry_out_declared(World world,
                               const DeclaredService& declared,
                               const ScaleRequest& request,
                               const ScaleOptions& options,
                               bool replaces_text);

}  // namespace scale_fleet
