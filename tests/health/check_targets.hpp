#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/health/health_check.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

inline CheckTarget target(InstanceNumber number, std::string machine_ip = "127.0.0.1") {
  return {.unit = "my_app@" + std::to_string(number) + ".service",
          .prefix = "my_app",
          .number = number,
          .machine_ip = std::move(machine_ip)};
}

inline std::vector<CheckTarget> targets_to(InstanceNumber last) {
  std::vector<CheckTarget> all;
  for (InstanceNumber number = 1; number <= last; ++number)
    all.push_back(target(number));
  return all;
}

/// Real time, for real processes and a real network; nobody waits by it here.
class SteadyClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint) override {}
};

/// Asks to stop from the moment that it is looked at so often.
class StopAtLook : public StopRequest {
 public:
  explicit StopAtLook(int look) : left_(look) {}

  std::optional<int> signal() const override {
    if (left_ > 0) --left_;
    return left_ == 0 ? std::optional(2) : std::nullopt;
  }

 private:
  mutable int left_;
};

class NoStop : public StopRequest {
 public:
  std::optional<int> signal() const override { return std::nullopt; }
};

inline const SteadyClock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

inline const NoStop& no_stop() {
  static const NoStop stop;
  return stop;
}

}  // namespace scale_fleet
