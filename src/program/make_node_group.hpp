#pragma once

#include <memory>
#include <random>
#include <string>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/nodes/node_group.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// What asking a cloud needs. All of it outlives the group.
struct CloudParts {
  const Environment& environment;
  const Clock& clock;  ///< Of the thread that asks.
  const StopRequest& stop;
  /// What ends a wait for a reply early; null: nothing does.
  const SignalStopRequest* wake = nullptr;
};

/// A group of machines, connected to its cloud. Used on one thread.
class ConnectedGroup {
 public:
  /// Errors (usage): a group that can't be asked so.
  static Result<std::unique_ptr<ConnectedGroup>> open(const DeclaredNodes& declared,
                                                      const CloudParts& parts);

  NodeGroup& group() { return *group_; }

 private:
  ConnectedGroup() = default;

  std::mt19937_64 random_{std::random_device{}()};
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<NodeGroup> group_;
};

/// What is locked for the group, beside the names of services: none of them begins so.
std::string lock_name_of(const DeclaredNodes& declared);

}  // namespace scale_fleet
