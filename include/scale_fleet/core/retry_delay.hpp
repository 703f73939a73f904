#pragma once

#include <optional>

#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// How often, and how patiently, a request is sent again. With the defaults the delays of one
/// request add up to at least 32 s: a fleetd that crashed is back after 30 (agent_ttl).
struct RetryPolicy {
  int retries = 10;
  Duration base = std::chrono::milliseconds(500);
  Duration cap = std::chrono::seconds(10);
};

/// How long to wait before attempt number `retry` (1: the first repetition). Doubles from the base
/// to the cap; `random`, from [0, 1), moves it between a half and the whole of that; a server's
/// Retry-After is a minimum, itself limited to a minute.
Duration retry_delay(const RetryPolicy& policy,
                     int retry,
                     std::optional<Duration> retry_after,
                     double random);

}  // namespace scale_fleet
