#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/api/api_reply.hpp"
#include "scale_fleet/api/bearer_token.hpp"
#include "scale_fleet/api/request_counts.hpp"
#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/status_board.hpp"

namespace scale_fleet {

/// Bytes of a request's body: some thousand alerts.
inline constexpr std::size_t longest_api_body = 1024UL * 1024;

/// A request that could not be understood, or is about what nobody may ask for, or isn't there.
struct BadRequest {
  std::string message;  ///< What was answered.
  bool is_of_machines = false;
};

/// A count that can't go further.
struct BoundMet {
  std::string service;  ///< Or the group of machines.
  std::string cloud;    ///< Of machines alone.
  Direction direction = Direction::up;
  InstanceCount by = 0;  ///< What the request said; 0: nothing.
  std::string message;   ///< What was answered.
};

/// What the API stands on. All of it outlives the handler, and may be used on the server's thread.
struct ApiParts {
  const StatusBoard& board;
  std::function<WallTime()> now;
  DemandDesk& services;  ///< Where demands on services are handed in.
  DemandDesk& nodes;     ///< The same on machines.
  /// Asks for a moving of instances of these services.
  std::function<void(const std::vector<std::string>&)> reschedule;
  std::function<std::string()> new_id;  ///< Another one each time; in the order of their times.
  std::optional<BearerToken> token = {};
  std::string prefix = {};          ///< Paths are served below it, too.
  RequestCounts* counts = nullptr;  ///< Null: nobody wants to know.
  /// For those who are told of somebody's mistake. On the server's thread.
  std::function<void(const BadRequest&)> on_bad_request = [](const BadRequest&) {};
  /// Somebody asked for more or fewer where there are as many or few as may be.
  std::function<void(const BoundMet&)> on_bound = [](const BoundMet&) {};
};

/// Answers what daemon_endpoints() answers, and requests for changes: POST /v1/scale-service,
/// /v1/scale-nodes, /v1/reschedule-service and /v1/reschedule-services as Docker Scaler's callers
/// and Alertmanager send them, PUT /v1/services/NAME {"count": 5}, GET and HEAD of /v1/ping and
/// /v1/services/NAME. Replies within milliseconds: what is accepted has been put on the state's
/// shelf, and is carried out by the loop.
///
/// A moving of instances is promised before the loop has kept it in its memory.
///
/// 400 (not understood), 401 (no token), 403 (the file doesn't let it be scaled, or a browser asks
/// for another site), 404, 405 with Allow, 409 (a pause, a key or `current` forbids it), 422
/// (a count beyond the bounds), 503 (trying again helps: the cluster or the state can't be read,
/// another daemon leads).
LaterHttpHandler make_api(ApiParts parts);

}  // namespace scale_fleet
