#pragma once

#include <string_view>

#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

/// What PATCH /machines answers (api/machines.go:89-136): nothing is changed unless every operation
/// of the body is well-formed; whether there is such a machine isn't asked.
HttpReply patch_machines(SandboxCluster& cluster, std::string_view body);

}  // namespace scale_fleet
