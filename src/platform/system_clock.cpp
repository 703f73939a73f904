#include "scale_fleet/platform/system_clock.hpp"

#include <poll.h>

#include <chrono>

namespace scale_fleet {
namespace {

timespec as_timespec(Duration duration) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  return {.tv_sec = static_cast<time_t>(seconds.count()),
          .tv_nsec = static_cast<long>(std::chrono::nanoseconds(duration - seconds).count())};
}

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

void SystemClock::wait_until(TimePoint until) {
  for (auto moment = now(); moment < until; moment = now()) {
    pollfd wake{.fd = stop_.wake_descriptor(), .events = POLLIN, .revents = 0};
    const auto remaining = as_timespec(until - moment);
    if (::ppoll(&wake, 1, &remaining, nullptr) > 0) {
      stop_.drain();
      return;
    }
  }
}

WallTime system_wall_time() {
  return std::chrono::floor<Millis>(std::chrono::system_clock::now());
}

}  // namespace scale_fleet
