#include <fmt/format.h>

#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {
namespace {

DemandedCount demanded(KeptService& service) {
  return {.name = service.name,
          .policy = service.declared.policy,
          .current = service.current,
          .memory = service.memory,
          .pending = service.demands,
          .must_save = service.must_save};
}

}  // namespace

void Daemon::take_demands() {
  if (world_.desk == nullptr) return;
  auto asked = what_is_asked(*world_.desk, world_.state);
  for (auto& demand : asked.demands)
    take_in(std::move(demand));
  for (const auto& id : asked.not_understood) {
    world_.progress.warn(fmt::format("a demand in {} can't be understood: it is passed over",
                                     world_.state.display_place()));
    put_away(id);
  }
  // The first that can't be read is told, and they come from one place.
  if (!asked.shelf && !wish_trouble_) wish_trouble_ = asked.shelf.error();
  if (!asked.shelf) return;
  for (const auto& service : services_)
    forget_removed(service->memory, *asked.shelf);
}

void Daemon::take_in(KeptDemand demand) {
  const auto id = demand.demand.id;
  auto* service = find(demand.service);
  // Nobody's any more, or dealt with, only that the shelf doesn't know yet.
  const bool is_over = service == nullptr ||
                       take_demand(demanded(*service), std::move(demand)) == Taken::was_dealt_with;
  if (is_over) put_away(id);
}

/// What lies on the shelf is the daemon's that acts, and this may be but a dry run beside it.
void Daemon::put_away(const std::string& demand) {
  if (!options_.dry_run) world_.desk->finish({demand});
}

void Daemon::drop_stale(KeptService& service) {
  for (const auto& event : drop_stale_demands(demanded(service), now_)) {
    record(event);
    world_.progress.warn(fmt::format("{}: {}", service.name, event.reason));
  }
}

void Daemon::begin(KeptService& service) {
  for (const auto& event : begin_demands(demanded(service), *service.decision, now_))
    record(event);
}

void Daemon::settle(KeptService& service) {
  for (const auto& event : settle_demands(demanded(service), *service.decision, now_))
    record(event);
}

}  // namespace scale_fleet
