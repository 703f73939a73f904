#pragma once

#include <functional>
#include <memory>
#include <string>

#include "scale_fleet/core/retry_delay.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// What an API over HTTP works with; all of it outlives the API.
struct FleetConnection {
  HttpClient& http;
  const Clock& clock;
  const StopRequest& stop;
  RetryPolicy retry;
  /// A number from [0, 1) at each call, for the jitter of retries.
  std::function<double()> random;
  /// Told of each repetition, in a sentence: `PUT my_app@3.service: HTTP 503; trying again in 2 s`.
  std::function<void(const std::string&)> on_retry;
};

/// The Fleet API over HTTP (api/mux.go; facts in fleet's Documentation/api-v1.md).
std::unique_ptr<FleetApi> make_http_fleet_api(FleetConnection connection);

}  // namespace scale_fleet
