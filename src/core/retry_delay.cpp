#include "scale_fleet/core/retry_delay.hpp"

#include <algorithm>

namespace scale_fleet {

Duration retry_delay(const RetryPolicy& policy,
                     int retry,
                     std::optional<Duration> retry_after,
                     double random) {
  Duration delay = policy.base;
  for (int doubled = 1; doubled < retry && delay < policy.cap; ++doubled)
    delay *= 2;
  delay = std::min(delay, policy.cap);
  const auto half = delay / 2;
  const auto jittered =
      half + std::chrono::duration_cast<Duration>((delay - half) * std::clamp(random, 0.0, 1.0));
  const Duration longest_asked = std::chrono::minutes(1);
  return std::max<Duration>(jittered, std::min(retry_after.value_or(Duration{}), longest_asked));
}

}  // namespace scale_fleet
