#include "daemon/action_events.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/daemon/apply_events.hpp"

namespace scale_fleet {
namespace {

EventKind kind_of(Action action) {
  switch (action) {
    case Action::create:
    case Action::launch:
      return EventKind::launch;
    case Action::destroy:
      return EventKind::terminate;
    case Action::replace:
      return EventKind::replace;
  }
  return EventKind::no_op;
}

EventKind kind_of(const ActionOrder& order) {
  if (order.replaces_text) return EventKind::replace;
  return order.decision.direction == Direction::down ? EventKind::terminate : EventKind::launch;
}

std::string reason_of(const Decision& decision) {
  auto reason = fmt::format("{}", fmt::join(decision.reasons, "; "));
  if (reason.empty()) reason = "nothing asks for a change";
  if (!decision.limits.empty()) reason += fmt::format(" ({})", fmt::join(decision.limits, "; "));
  return reason;
}

/// The changes of one kind.
struct Deeds {
  std::vector<std::string> units;
  std::optional<Error> error;
};

Deeds deeds_of(const ScaleReport& report, EventKind kind) {
  Deeds deeds;
  for (const auto& service : report.services) {
    for (const auto& change : service.changes) {
      if (kind_of(change.step.action) != kind) continue;
      const bool is_new = std::ranges::find(deeds.units, change.step.unit) == deeds.units.end();
      if (change.result == StepResult::done && is_new) deeds.units.push_back(change.step.unit);
      if (change.result == StepResult::failed && !deeds.error) deeds.error = change.error;
    }
  }
  return deeds;
}

/// What became of the whole where no single change is to blame.
std::optional<Error> error_of_all(const ScaleReport& report) {
  if (report.error) return report.error;
  for (const auto& service : report.services) {
    if (service.error) return service.error;
  }
  return std::nullopt;
}

/// What was to be done first; NO_OP where nothing was.
EventKind planned_kind(const ServiceReport& service) {
  return service.changes.empty() ? EventKind::no_op : kind_of(service.changes.front().step.action);
}

/// `event` for each kind of change that was made or failed; where none was, as it is.
std::vector<Event> events_of(Event event, const ScaleReport& report) {
  if (!report.services.empty()) event.after = report.services.front().after;
  std::vector<Event> events;
  for (const auto kind : {EventKind::launch, EventKind::terminate, EventKind::replace}) {
    auto deeds = deeds_of(report, kind);
    if (deeds.units.empty() && !deeds.error) continue;
    event.kind = kind;
    event.units = std::move(deeds.units);
    event.error = std::move(deeds.error);
    events.push_back(event);
  }
  auto error = error_of_all(report);
  // Somebody else is at work on it, or was a moment ago: nothing was done, and nothing is amiss.
  if (error && events.empty() && report.status == ScaleStatus::precondition_failed) {
    event.kind = EventKind::no_op;
    event.after.reset();
    event.reason += fmt::format(" ({})", error->message);
    return {event};
  }
  const bool is_told =
      std::ranges::any_of(events, [](const Event& each) { return each.error.has_value(); });
  if (error && !is_told) {
    if (events.empty()) events.push_back(event);
    events.front().error = error;
  }
  if (events.empty()) {
    event.kind = EventKind::no_op;
    events.push_back(event);
  }
  return events;
}

/// What was moved where; nothing to be told of where nothing was.
std::vector<Event> events_of_moves(const ActionEnd& end, Event event) {
  event.kind = EventKind::move;
  event.after = end.order.before;
  event.error = error_of_all(end.report);
  std::vector<std::string> moves;
  for (const auto& service : end.report.services) {
    for (const auto& change : service.changes) {
      if (change.result != StepResult::done) continue;
      event.units.push_back(change.step.unit);
      moves.push_back(fmt::format("{} {}", change.step.unit, change.step.reason));
    }
  }
  if (!moves.empty()) event.reason += fmt::format(" ({})", fmt::join(moves, "; "));
  if (moves.empty() && !event.error) event.kind = EventKind::no_op;
  return {event};
}

}  // namespace

std::vector<Event> events_of(const ActionEnd& end, WallTime ended) {
  const auto& order = end.order;
  Event event{.time = ended,
              .kind = kind_of(order),
              .service = order.service.service.display_name(),
              .before = order.before,
              .after = std::nullopt,
              .units = {},
              .asked_by = order.decision.asked_by,
              .reason = reason_of(order.decision),
              .took = end.took,
              .error = std::nullopt};
  if (order.reschedules) return events_of_moves(end, std::move(event));
  return events_of(std::move(event), end.report);
}

std::vector<Event> apply_events(const ScaleReport& report, const ApplyOccasion& occasion) {
  Event event{.time = occasion.time,
              .kind = EventKind::no_op,
              .service = {},
              .before = std::nullopt,
              .after = std::nullopt,
              .units = {},
              .asked_by = "person",
              .reason = occasion.command,
              .took = occasion.took,
              .error = std::nullopt};
  if (report.services.empty()) return events_of(std::move(event), report);
  std::vector<Event> events;
  for (auto main = report.services.begin(); main != report.services.end();) {
    const auto next = std::find_if(
        main + 1, report.services.end(), [](const auto& each) { return !each.is_sidekick; });
    const bool is_well = main->status <= ScaleStatus::accepted;
    const ScaleReport own{.status = main->status,
                          .services = {main, next},
                          .error = is_well ? std::nullopt : report.error};
    event.service = main->service;
    event.kind = planned_kind(*main);
    event.before = main->before;
    std::ranges::move(events_of(event, own), std::back_inserter(events));
    main = next;
  }
  return events;
}

Event found_changed(const std::string& service,
                    InstanceCount before,
                    const History& found,
                    WallTime now) {
  const auto after = found.last_count.value_or(before);
  return {.time = now,
          .kind = after > before ? EventKind::launch : EventKind::terminate,
          .service = service,
          .before = before,
          .after = after,
          .units = {},
          .asked_by = "person",
          .reason = "somebody else changed it between two looks of the daemon",
          .took = Millis(0),
          .error = std::nullopt};
}

Event no_op(const std::string& service,
            InstanceCount count,
            const Decision& decision,
            WallTime now) {
  return {.time = now,
          .kind = EventKind::no_op,
          .service = service,
          .before = count,
          .after = count,
          .units = {},
          .asked_by = decision.asked_by,
          .reason = reason_of(decision),
          .took = Millis(0),
          .error = std::nullopt};
}

}  // namespace scale_fleet
