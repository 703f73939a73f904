#include "program/action_world.hpp"

#include <iostream>
#include <random>
#include <thread>

#include "program/service_locks.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "scale_fleet/http/logging_http_client.hpp"

namespace scale_fleet {
namespace {

/// The steady clock of a thread that no signal reaches: a wait ends soon after its stop.
class ActionClock : public Clock {
 public:
  explicit ActionClock(const StopRequest& stop) : stop_(stop) {}

  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint until) override {
    for (auto moment = now(); moment < until && !stop_.requested(); moment = now())
      std::this_thread::sleep_until(std::min(until, moment + look_every));
  }

 private:
  static constexpr auto look_every = std::chrono::milliseconds(50);

  const StopRequest& stop_;
};

/// The runner's stop, or a lost lease of --lock-etcd.
class LockedStop : public StopRequest {
 public:
  explicit LockedStop(const StopRequest& stop) : stop_(stop) {}

  std::optional<int> signal() const override { return std::nullopt; }

  bool requested() const override { return stop_.requested() || (locks_ && locks_->lost()); }

  void watch(const ServiceLocks* locks) { locks_ = locks; }

 private:
  const StopRequest& stop_;
  const ServiceLocks* locks_ = nullptr;
};

ScaleReport not_begun(const ActionOrder& order, const Error& error) {
  ServiceReport service{.service = order.service.service.display_name(),
                        .desired = order.decision.count,
                        .before = order.before,
                        .after = std::nullopt,
                        .status = status_of(error.kind),
                        .changes = {},
                        .left_alone = {},
                        .error = error};
  return {.status = status_of(error.kind), .services = {std::move(service)}, .error = error};
}

std::vector<std::string> services_of(const DeclaredService& declared) {
  std::vector<std::string> services{declared.service.display_name()};
  for (const auto& sidekick : declared.attached)
    services.push_back(sidekick.service.display_name());
  return services;
}

}  // namespace

ScaleReport carry_out(const ActionParts& parts, const ActionOrder& order, const StopRequest& stop) {
  LockedStop locked_stop(stop);
  ActionClock clock(locked_stop);
  std::mt19937_64 random(std::random_device{}());
  ServiceLocks locks({.options = parts.options,
                      .place = parts.lock_place,
                      .clock = clock,
                      .stop = locked_stop,
                      .progress = parts.progress,
                      .random = [&random] { return random(); }});
  auto locked = locks.lock(services_of(order.service), "scale-fleet run", std::chrono::seconds(0));
  if (!locked) return not_begun(order, locked.error());
  locked_stop.watch(&locks);
  auto curl = make_curl_http_client({.endpoint = parts.options.endpoint,
                                     .tls = parts.options.tls,
                                     .request_timeout = parts.options.request_timeout},
                                    clock);
  if (!curl) return not_begun(order, curl.error());
  const auto fleet =
      make_http_fleet_api({.http = **curl,
                           .clock = clock,
                           .stop = locked_stop,
                           .retry = {.retries = parts.options.retries},
                           .random = [&] { return std::uniform_real_distribution<>()(random); },
                           .on_retry = [&](const auto& line) { parts.progress.warn(line); }});
  const World world{
      .fleet = *fleet, .clock = clock, .stop = locked_stop, .progress = parts.progress};
  auto report = carry_out(world, order);
  if (auto lost = locks.lost()) {
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

}  // namespace scale_fleet
