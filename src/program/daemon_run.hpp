#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/daemon/status_board.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/service_manager.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// What the turning of the loop needs. All of it outlives the run.
struct DaemonRun {
  Daemon& daemon;
  Clock& clock;
  const StopRequest& stop;
  StatusBoard& board;
  const ServiceManager& manager;
  const Millis& interval;  ///< From turn to turn; what begin_turn makes of it holds at once.
  /// Called before each turn: reads the file again where somebody asked for it.
  std::function<void()> begin_turn = [] {};
};

/// Turns until a stop is requested. A wake of the clock (an action has ended, say) brings the next
/// turn forward, though never so much that looking is most of Fleet's work.
void run_until_stopped(const DaemonRun& run);

/// Turns until nothing is left to be begun, and nothing runs.
void run_once(const DaemonRun& run);

}  // namespace scale_fleet
