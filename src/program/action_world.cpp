#include "program/action_world.hpp"

#include <thread>

#include "scale_fleet/fleet/http_fleet_api.hpp"

namespace scale_fleet {
namespace {

/// What others are told.
constexpr std::string_view name_of_holder = "scale-fleet run";

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

}  // namespace

void ActionClock::wait_until(TimePoint until) {
  for (auto moment = now(); moment < until && !stop_.requested(); moment = now())
    std::this_thread::sleep_until(std::min(until, moment + look_every));
}

Result<std::unique_ptr<ActionWorld>> ActionWorld::open(const ActionParts& parts,
                                                       const ActionLocks& locks,
                                                       const StopRequest& stop) {
  std::unique_ptr<ActionWorld> world(new ActionWorld(parts, stop));
  if (auto locked = world->locks_.lock(locks.names, std::string(name_of_holder), locks.patience);
      !locked)
    return tl::unexpected(locked.error());
  world->stop_.watch([&own = *world] { return own.lost_lease(); });
  auto curl = make_curl_http_client({.endpoint = parts.options.endpoint,
                                     .tls = parts.options.tls,
                                     .request_timeout = parts.options.request_timeout},
                                    world->clock_);
  if (!curl) return tl::unexpected(curl.error());
  world->curl_ = std::move(*curl);
  world->fleet_ = make_http_fleet_api(
      {.http = *world->curl_,
       .clock = world->clock_,
       .stop = world->stop_,
       .retry = {.retries = parts.options.retries},
       .random = [&random = world->random_] { return std::uniform_real_distribution<>()(random); },
       .on_retry = [&progress = parts.progress](const auto& line) { progress.warn(line); }});
  return world;
}

ActionWorld::ActionWorld(const ActionParts& parts, const StopRequest& stop)
    : progress_(parts.progress),
      stop_(stop),
      clock_(stop_),
      random_(std::random_device{}()),
      lock_parts_({.options = parts.options,
                   .place = parts.lock_place,
                   .clock = clock_,
                   .stop = stop_,
                   .progress = parts.progress,
                   .random = [this] { return random_(); }}),
      locks_(lock_parts_) {}

ServiceRights& ActionWorld::rights_to(const std::vector<DeclaredService>& services) {
  return rights_.emplace(lock_parts_, services, std::string(name_of_holder));
}

std::optional<Error> ActionWorld::lost_lease() const {
  if (auto lost = locks_.lost()) return lost;
  return rights_ ? rights_->lost() : std::nullopt;
}

ScaleReport carry_out(const ActionParts& parts, const ActionOrder& order, const StopRequest& stop) {
  const auto opened = ActionWorld::open(
      parts, {.names = lock_names_of(order.service), .patience = patience_of_actions}, stop);
  if (!opened) return not_begun(order, opened.error());
  auto report = carry_out((*opened)->world(), order);
  if (auto lost = (*opened)->lost_lease()) {
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

}  // namespace scale_fleet
