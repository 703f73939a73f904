#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/action_events.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/daemon/daemon.hpp"

namespace scale_fleet {
namespace {

Millis longest_rest(const ServicePolicy& policy) {
  return std::max(rest_of_alert(policy, Direction::up), rest_of_alert(policy, Direction::down));
}

bool is_known(const KeptService& service, const std::string& id) {
  const auto& dealt = service.memory.dealt;
  const auto& carrying = service.memory.carrying;
  return std::ranges::find(dealt, id) != dealt.end() || (carrying && carrying->demand.id == id) ||
         std::ranges::any_of(service.demands,
                             [&](const auto& kept) { return kept.demand.id == id; });
}

void note_dealt(KeptService& service, const std::string& id) {
  auto& dealt = service.memory.dealt;
  dealt.push_back(id);
  if (dealt.size() > remembered_demands) dealt.erase(dealt.begin());
  service.dealt.push_back(id);
  service.must_save = true;
}

/// The event that a demand changed nothing.
Event nothing_came_of(const KeptService& service,
                      const KeptDemand& kept,
                      std::string why,
                      WallTime now) {
  return {.time = now,
          .kind = EventKind::no_op,
          .service = service.name,
          .before = service.current,
          .after = service.current,
          .units = {},
          .asked_by = kept.demand.asked_by,
          .reason = std::move(why),
          .error = std::nullopt};
}

std::string why_nothing(const Decision& decision) {
  auto why = fmt::format("{}", fmt::join(decision.reasons, "; "));
  if (!decision.limits.empty()) why += fmt::format(" ({})", fmt::join(decision.limits, "; "));
  return why;
}

void forget_old_alerts(KeptService& service, WallTime now) {
  const auto rest = longest_rest(service.declared.policy);
  std::erase_if(service.memory.alerts, [&](const auto& each) { return now - each.second >= rest; });
}

bool holds(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

/// What an earlier leader, or this daemon before it was started again, accepted.
void Daemon::read_demands() {
  if (world_.desk == nullptr) return;
  const auto texts = world_.state.read(demands_shelf);
  if (!texts) {
    wish_trouble_ = texts.error();
    return world_.progress.warn(texts.error().message);
  }
  for (const auto& [id, text] : *texts) {
    auto demand = parse_demand(text);
    if (demand && demand->demand.id == id) {
      take_demand(std::move(*demand));
    } else {
      world_.progress.warn(fmt::format("a demand in {} can't be understood: it is passed over",
                                       world_.state.display_place()));
      world_.desk->finish({id});
    }
  }
}

void Daemon::take_demands() {
  if (world_.desk == nullptr) return;
  for (auto& demand : world_.desk->take())
    take_demand(std::move(demand));
}

void Daemon::take_demand(KeptDemand demand) {
  auto* service = find(demand.service);
  if (service == nullptr) return world_.desk->finish({demand.demand.id});
  if (!is_known(*service, demand.demand.id)) return service->demands.push_back(std::move(demand));
  // It was dealt with, and that was remembered; only the shelf doesn't know yet.
  const auto& dealt = service->memory.dealt;
  if (holds(dealt, demand.demand.id)) world_.desk->finish({demand.demand.id});
}

/// What came again, and what could not be decided on for long.
void Daemon::drop_stale_demands(KeptService& service) {
  forget_old_alerts(service, now_);
  auto& carrying = service.memory.carrying;
  const bool is_given_up = carrying && now_ - carrying->received >= longest_try_of_demand;
  if (is_given_up) {
    give_up(service, *carrying);
    carrying.reset();
    service.must_save = true;
  }
  const auto is_again = [&](const KeptDemand& kept) {
    return comes_again(kept, service.memory.alerts, service.declared.policy, now_);
  };
  std::erase_if(service.demands, [&](const KeptDemand& kept) {
    const bool is_old = now_ - kept.received >= longest_try_of_demand;
    if (!is_old && !is_again(kept)) return false;
    if (is_old) give_up(service, kept);
    note_dealt(service, kept.demand.id);
    return true;
  });
}

void Daemon::give_up(const KeptService& service, const KeptDemand& kept) {
  const auto why = fmt::format("{} asked for it, and it is given up after {}",
                               kept.demand.asked_by,
                               format_duration(longest_try_of_demand));
  auto event = nothing_came_of(service, kept, why, now_);
  event.error = Error{.kind = ErrorKind::timed_out, .message = why};
  record(event);
  world_.progress.warn(fmt::format("{}: {}", service.name, why));
}

/// The decision's demands become one, whose count is known: whoever takes over goes on to that.
void Daemon::begin_demands(KeptService& service) {
  const auto& decision = *service.decision;
  std::optional<KeptDemand> begun;
  const auto take_in = [&](const KeptDemand& kept) {
    if (!holds(decision.carried_out, kept.demand.id)) return;
    if (!begun) begun = kept;
    begun->demand.count = decision.count;
    for (const auto& alert : kept.alerts)
      service.memory.alerts[alert] = now_;
  };
  if (service.memory.carrying) take_in(*service.memory.carrying);
  for (const auto& kept : service.demands)
    take_in(kept);
  settle_demands(service);
  service.memory.carrying = std::move(begun);
}

/// Those that the decision answers have been dealt with.
void Daemon::settle_demands(KeptService& service) {
  const auto& answered = service.decision->answered;
  if (answered.empty()) return;
  auto& carrying = service.memory.carrying;
  if (carrying && holds(answered, carrying->demand.id)) {
    carrying.reset();
    service.must_save = true;
  }
  std::erase_if(service.demands, [&](const KeptDemand& kept) {
    if (!holds(answered, kept.demand.id)) return false;
    note_dealt(service, kept.demand.id);
    if (!holds(service.decision->carried_out, kept.demand.id))
      record(nothing_came_of(service, kept, why_nothing(*service.decision), now_));
    return true;
  });
}

}  // namespace scale_fleet
