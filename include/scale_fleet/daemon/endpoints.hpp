#pragma once

#include <functional>
#include <optional>
#include <string>

#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/daemon/status_board.hpp"
#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// Why the daemon can't be relied on at `now`, as /readyz says it; empty where it can. `status` is
/// its last word, null where it has said none.
std::optional<std::string> why_not_ready(const DaemonStatus* status, WallTime now);

/// Answers GET and HEAD of /healthz (200 while the loop turns), /readyz (200 once the cluster was
/// read, and lately), /metrics and /v1/status; 404 for other paths, 405 with Allow for other
/// methods. `board` outlives it; `now` may be called on any thread.
HttpHandler daemon_endpoints(const StatusBoard& board, std::function<WallTime()> now);

}  // namespace scale_fleet
