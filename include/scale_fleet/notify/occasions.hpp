#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/notify/notice.hpp"

namespace scale_fleet {

// The notices of each occasion, with Docker Scaler's names, labels and requests (its
// service/alert.go and server/server.go), so that what its users route and read stays as it is. The
// summary is the caller's: what was answered to the request. They are to be stamped().

enum class ScaleDirection { up, down };
std::string_view to_string(ScaleDirection direction);

/// A request that could not be understood. `about` is what the request was for, where that much
/// was understood: `aws` of a wrong type of node.
Notice bad_request(AlertName alertname, std::string summary, std::string about = "bad_request");

/// `Scale service up: web`
Notice scaled_service(std::string service,
                      ScaleDirection direction,
                      NoticeStatus status,
                      std::string summary);

/// A request to scale a group of machines.
struct ScaledNodes {
  std::string group;  ///< Docker Scaler's backend: `aws`.
  ScaleDirection direction = ScaleDirection::up;
  InstanceCount by = 1;
  std::string type;  ///< `worker`
};

/// `Scale nodes up on: aws, by: 1, type: worker`
Notice scaled_nodes(const ScaledNodes& request, NoticeStatus status, std::string summary);

/// New machines were asked for, and services are to be rescheduled once they are there.
Notice about_to_wait_for_nodes(std::string summary);

/// How the waiting goes: still pending, or why it came to nothing (error).
Notice waiting_for_nodes(NoticeStatus status, std::string summary);

/// The machines are there, and services were rescheduled.
Notice nodes_came_up(const std::string& summary);

/// Rescheduling all services was asked for.
Notice rescheduled_all(NoticeStatus status, std::string summary);

/// Rescheduling one was.
Notice rescheduled_service(std::string_view service, NoticeStatus status, std::string summary);

/// How a request for another count ended.
enum class ScaleEnd {
  changed,
  at_min,   ///< It was at the least already, and fewer were asked for.
  at_max,   ///< It was at the most already, and more were asked for.
  no_need,  ///< It was as asked.
  failed,
};

/// Whether people are told of it: of a count at its bound where they want that, of a change and of
/// a failure always, of what was no change never.
bool is_worth_a_notice(ScaleEnd end, bool tell_at_min, bool tell_at_max);

}  // namespace scale_fleet
