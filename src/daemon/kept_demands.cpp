#include "daemon/kept_demands.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

bool holds(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

Millis longest_rest(const ServicePolicy& policy) {
  return std::max(rest_of_alert(policy, Direction::up), rest_of_alert(policy, Direction::down));
}

void note_dealt(const DemandedCount& count, const std::string& id) {
  count.memory.dealt.push_back(id);
  count.pending.dealt.push_back(id);
  count.must_save = true;
}

/// The event that a demand changed nothing.
Event nothing_came_of(const DemandedCount& count,
                      const KeptDemand& kept,
                      std::string why,
                      WallTime now) {
  return {.time = now,
          .kind = EventKind::no_op,
          .service = count.name,
          .before = count.current,
          .after = count.current,
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

Event given_up(const DemandedCount& count, const KeptDemand& kept, WallTime now) {
  const auto why = fmt::format("{} asked for it, and it is given up after {}",
                               kept.demand.asked_by,
                               format_duration(longest_try_of_demand));
  auto event = nothing_came_of(count, kept, why, now);
  event.error = Error{.kind = ErrorKind::timed_out, .message = why};
  return event;
}

/// By the same alerts: both were accepted before either was put down.
bool is_asked_already(const DemandedCount& count, const KeptDemand& demand) {
  const auto is_same = [&](const KeptDemand& other) {
    return asked_before(demand, other) == AskedBefore::same_alerts;
  };
  return std::ranges::any_of(count.pending.waiting, is_same) ||
         (count.memory.carrying && is_same(*count.memory.carrying));
}

Event overtaken(const DemandedCount& count, const KeptDemand& kept, WallTime now) {
  return nothing_came_of(count,
                         kept,
                         fmt::format("{} asked for it where there are {}, and there are {}",
                                     kept.demand.asked_by,
                                     *kept.demand.only_from,
                                     *count.current),
                         now);
}

}  // namespace

AskedFor what_is_asked(DemandDesk& desk, StateStore& state) {
  AskedFor asked{.demands = desk.take(), .shelf = state.read(desk.shelf())};
  if (!asked.shelf) return asked;
  for (auto& [id, demand] : demands_on_shelf(*asked.shelf)) {
    if (desk.is_in_doubt(id)) continue;
    if (demand) {
      asked.demands.push_back(*std::move(demand));
    } else {
      asked.not_understood.push_back(id);
    }
  }
  return asked;
}

Taken take_demand(const DemandedCount& count, KeptDemand demand) {
  const auto& id = demand.demand.id;
  // Until it is saved that it was dealt with, the shelf alone knows of it.
  if (holds(count.pending.dealt, id)) return Taken::is_known;
  if (holds(count.memory.dealt, id)) return Taken::was_dealt_with;
  const auto& carrying = count.memory.carrying;
  const bool waits = std::ranges::any_of(
      count.pending.waiting, [&](const KeptDemand& kept) { return kept.demand.id == id; });
  if (waits || (carrying && carrying->demand.id == id)) return Taken::is_known;
  if (is_asked_already(count, demand)) {
    note_dealt(count, id);
    return Taken::is_known;
  }
  count.pending.waiting.push_back(std::move(demand));
  return Taken::waits;
}

void forget_removed(ServiceMemory& memory, const std::map<std::string, std::string>& shelf) {
  auto& dealt = memory.dealt;
  if (dealt.size() <= remembered_demands) return;
  auto left = dealt.size() - remembered_demands;
  std::erase_if(dealt, [&](const std::string& id) {
    if (left == 0 || shelf.contains(id)) return false;
    --left;
    return true;
  });
}

std::vector<Demand> demands_of(const ServiceMemory& memory, const PendingDemands& pending) {
  std::vector<Demand> demands;
  if (memory.carrying) demands.push_back(memory.carrying->demand);
  for (const auto& kept : pending.waiting)
    demands.push_back(kept.demand);
  return demands;
}

std::vector<std::string> askers_of(const PendingDemands& pending) {
  std::vector<std::string> askers;
  for (const auto& kept : pending.waiting)
    askers.push_back(kept.demand.asked_by);
  return askers;
}

std::vector<Event> drop_stale_demands(const DemandedCount& count, WallTime now) {
  std::vector<Event> events;
  const auto rest = longest_rest(count.policy);
  std::erase_if(count.memory.alerts, [&](const auto& each) { return now - each.second >= rest; });
  auto& carrying = count.memory.carrying;
  if (carrying && now - carrying->received >= longest_try_of_demand) {
    events.push_back(given_up(count, *carrying, now));
    carrying.reset();
    count.must_save = true;
  }
  std::erase_if(count.pending.waiting, [&](const KeptDemand& kept) {
    const bool is_old = now - kept.received >= longest_try_of_demand;
    const auto& only_from = kept.demand.only_from;
    const bool is_overtaken = only_from && count.current && *only_from != *count.current;
    const bool is_over =
        is_old || is_overtaken || comes_again(kept, count.memory.alerts, count.policy, now);
    if (!is_over) return false;
    if (is_old) {
      events.push_back(given_up(count, kept, now));
    } else if (is_overtaken) {
      events.push_back(overtaken(count, kept, now));
    }
    note_dealt(count, kept.demand.id);
    return true;
  });
  return events;
}

std::vector<Event> settle_demands(const DemandedCount& count,
                                  const Decision& decision,
                                  WallTime now) {
  std::vector<Event> events;
  const auto& answered = decision.answered;
  if (answered.empty()) return events;
  auto& carrying = count.memory.carrying;
  if (carrying && holds(answered, carrying->demand.id)) {
    carrying.reset();
    count.must_save = true;
  }
  std::erase_if(count.pending.waiting, [&](const KeptDemand& kept) {
    if (!holds(answered, kept.demand.id)) return false;
    note_dealt(count, kept.demand.id);
    if (!holds(decision.carried_out, kept.demand.id))
      events.push_back(nothing_came_of(count, kept, why_nothing(decision), now));
    return true;
  });
  return events;
}

std::vector<Event> begin_demands(const DemandedCount& count,
                                 const Decision& decision,
                                 WallTime now) {
  std::optional<KeptDemand> begun;
  const auto take_in = [&](const KeptDemand& kept) {
    if (!holds(decision.carried_out, kept.demand.id)) return;
    if (!begun)
      begun = {
          .service = kept.service, .demand = kept.demand, .alerts = {}, .received = kept.received};
    begun->demand.count = decision.count;
    begun->alerts.insert(begun->alerts.end(), kept.alerts.begin(), kept.alerts.end());
    for (const auto& alert : kept.alerts)
      count.memory.alerts[alert] = now;
  };
  if (count.memory.carrying) take_in(*count.memory.carrying);
  for (const auto& kept : count.pending.waiting)
    take_in(kept);
  auto events = settle_demands(count, decision, now);
  count.memory.carrying = std::move(begun);
  return events;
}

}  // namespace scale_fleet
