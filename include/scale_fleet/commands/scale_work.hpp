#pragma once

#include <functional>
#include <optional>

#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/progress.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Everything outside that changing a cluster needs. All of it outlives whoever holds this.
struct World {
  FleetApi& fleet;
  Clock& clock;
  const StopRequest& stop;
  Progress& progress;
};

struct ScaleOptions {
  bool dry_run = false;
  bool detailed_exit_code = false;  ///< With dry_run: exit 3 where there are changes to make.
  bool no_block = false;            ///< Return when Fleet has accepted everything.
  Duration timeout = std::chrono::seconds(300);  ///< Of each wait: for a batch, for the end.
  int parallel = 16;                             ///< Requests at once.
  std::optional<std::size_t> batch;  ///< Change so many, wait until they are well, go on.
  /// Of several wishes: one that can't be met keeps no other from being carried out.
  bool each_for_itself = false;
};

}  // namespace scale_fleet
