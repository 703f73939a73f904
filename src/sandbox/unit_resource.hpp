#pragma once

#include <string>

#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

/// What `/units/NAME` answers to GET, PUT and DELETE, and to the rest (405).
HttpReply answer_for_unit(SandboxCluster& cluster,
                          const std::string& name,
                          const HttpRequest& request);

}  // namespace scale_fleet
