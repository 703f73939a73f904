#include "daemon/kept_service.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

bool is_idle(const Instance& instance, Condition condition) {
  return condition == Condition::failed || condition == Condition::parked ||
         instance.unit.machine_id.empty();
}

bool says_the_same(const RememberedDecision& left, const Decision& right) {
  return left.count == right.count && left.direction == right.direction &&
         left.kind == right.kind && left.asked_by == right.asked_by;
}

bool has_change(const ActionEnd& end, std::initializer_list<StepResult> results) {
  return std::ranges::any_of(end.report.services, [&](const ServiceReport& service) {
    return std::ranges::any_of(service.changes, [&](const auto& change) {
      return std::ranges::find(results, change.result) != results.end();
    });
  });
}

/// Whether Fleet acknowledged a change.
bool has_done(const ActionEnd& end) {
  return has_change(end, {StepResult::done});
}

/// Whether Fleet may have changed anything for it.
bool has_touched(const ActionEnd& end) {
  return has_change(end, {StepResult::done, StepResult::failed});
}

/// What the service is left at: what Fleet acknowledged, or what was seen at the end.
std::optional<InstanceCount> count_after(const ActionEnd& end) {
  if (end.report.services.empty()) return std::nullopt;
  return end.report.services.front().after;
}

/// The service's own instances that were brought up.
std::vector<std::string> launched_units(const ActionEnd& end) {
  std::vector<std::string> units;
  if (end.report.services.empty()) return units;
  for (const auto& change : end.report.services.front().changes) {
    const bool is_up = change.step.action != Action::destroy && change.result == StepResult::done;
    const auto& service = end.order.service.service;
    if (is_up && instance_number(service, change.step.unit)) units.push_back(change.step.unit);
  }
  return units;
}

std::optional<Error> error_of(const ScaleReport& report) {
  if (report.error) return report.error;
  for (const auto& service : report.services) {
    if (service.error) return service.error;
    for (const auto& change : service.changes) {
      if (change.error) return change.error;
    }
  }
  return std::nullopt;
}

}  // namespace

Millis pause_after(int failures, Millis interval) {
  auto pause = std::min(interval, longest_pause_after_failure);
  for (int i = 1; i < failures && pause < longest_pause_after_failure; ++i)
    pause *= 2;
  return std::min(pause, longest_pause_after_failure);
}

std::shared_ptr<const ServicePolicy> frame_of(const ServicePolicy& policy) {
  auto frame = policy;
  frame.scale_up.clear();
  frame.scale_down.clear();
  frame.target.clear();
  return std::make_shared<const ServicePolicy>(std::move(frame));
}

std::vector<InstanceView> see_instances(const ServiceSnapshot& snapshot,
                                        ServiceMemory& memory,
                                        WallTime now) {
  // Those that were there before anybody looked may have been so for long.
  const bool is_first_look = memory.well_since.empty() && !memory.history.last_count;
  const auto since = is_first_look ? WallTime{} : now;
  std::map<std::string, WallTime> well_since;
  std::vector<InstanceView> views;
  for (const auto& instance : snapshot.instances) {
    const auto condition = condition_of(instance);
    InstanceView view{.number = instance.number,
                      .unit = instance.unit.name,
                      .is_idle = is_idle(instance, condition)};
    if (is_good(condition)) {
      const auto known = memory.well_since.find(view.unit);
      // A clock that was set back makes nobody younger than new.
      view.well_since = known == memory.well_since.end() ? since : std::min(known->second, now);
      well_since[view.unit] = *view.well_since;
    }
    views.push_back(std::move(view));
  }
  memory.well_since = std::move(well_since);
  return views;
}

void remember_decision(ServiceMemory& memory,
                       const Decision& decision,
                       InstanceCount before,
                       WallTime now) {
  auto& kept = memory.decisions;
  if (!kept.empty() && kept.back().before == before && says_the_same(kept.back(), decision)) {
    // What is decided stands since then; why, people want to know as of now.
    kept.back().reasons = decision.reasons;
    kept.back().limits = decision.limits;
    return;
  }
  kept.push_back({.time = now,
                  .before = before,
                  .count = decision.count,
                  .direction = decision.direction,
                  .kind = decision.kind,
                  .asked_by = decision.asked_by,
                  .reasons = decision.reasons,
                  .limits = decision.limits});
  if (kept.size() > remembered_decisions) kept.erase(kept.begin());
}

void conclude_action(KeptService& service,
                     const ActionEnd& end,
                     Millis interval,
                     ConclusionTimes times) {
  service.under_way.clear();
  service.must_save = true;
  const auto after = count_after(end);
  const auto wanted = end.order.decision.count;
  const auto status = end.report.status;
  // What was done in part counts as well: limits and cool-downs are about what has changed. Where
  // nobody could count at the end, what Fleet acknowledged tells that something has.
  const auto left_at = after ? *after : has_done(end) ? wanted : end.order.before;
  if (left_at != end.order.before && has_touched(end)) {
    service.memory.history =
        after_action(std::move(service.memory.history),
                     end.order.decision,
                     {.time = times.ended, .before = end.order.before, .after = left_at});
  }
  for (const auto& unit : launched_units(end))
    service.awaited.try_emplace(unit, times.now);
  // Where somebody else changed it meanwhile, the next look finds that it isn't what we left.
  const bool is_overridden = status == ScaleStatus::overridden;
  if (has_touched(end) || status <= ScaleStatus::overridden)
    service.memory.history.last_count = is_overridden ? std::optional(wanted) : after;
  const bool is_well = status <= ScaleStatus::overridden;
  service.trouble = is_well ? std::nullopt : error_of(end.report);
  // One whose instances are all there, if not well, needs no other action; a release that was
  // undone would begin again at once.
  const bool is_there = after == wanted && !end.order.replaces_text;
  if (is_well) service.told.clear();
  // One that was interrupted goes on, here or where the next daemon finds the wish.
  if (end.order.reschedules && status != ScaleStatus::interrupted)
    service.memory.move_asked_by.clear();
  if (is_well || is_there) service.memory.carrying.reset();
  if (is_well || is_there || status == ScaleStatus::interrupted) {
    service.failures = 0;
    service.next_try.reset();
    return;
  }
  ++service.failures;
  service.next_try = times.now + pause_after(service.failures, interval);
}

std::optional<Error> trouble_of(const KeptService& service) {
  if (service.wish_error) return service.wish_error;
  return service.trouble ? service.trouble : service.unwell;
}

std::vector<std::string> await_instances(KeptService& service,
                                         const std::vector<InstanceView>& views,
                                         WallTime now) {
  std::vector<std::string> late;
  std::map<std::string, WallTime> awaited;
  for (const auto& view : views) {
    const auto found = service.awaited.find(view.unit);
    if (found == service.awaited.end() || view.well_since) continue;
    if (now - found->second < service.declared.timeout) {
      awaited.insert(*found);
    } else {
      late.push_back(view.unit);
    }
  }
  service.awaited = std::move(awaited);
  const bool all_well = std::ranges::all_of(
      views, [](const InstanceView& view) { return view.well_since.has_value(); });
  if (all_well) service.unwell.reset();
  if (!late.empty()) {
    service.unwell = Error{.kind = ErrorKind::timed_out,
                           .message = fmt::format("{}: not well {} after the launch: {}",
                                                  service.name,
                                                  format_duration(service.declared.timeout),
                                                  fmt::join(late, ", "))};
  }
  return late;
}

KeptServiceStatus status_of(const KeptService& service) {
  const auto& history = service.memory.history;
  return {.service = service.name,
          .current = service.current,
          .well = service.well,
          .wanted = service.decision ? std::optional(service.decision->count) : std::nullopt,
          .min = service.declared.policy.min,
          .max = service.declared.policy.max,
          .cooldown_up = history.up,
          .cooldown_down = history.down,
          .pause = service.pause,
          .desired = service.desired,
          .under_way = service.is_busy() ? std::optional(service.under_way) : std::nullopt,
          .trouble = trouble_of(service),
          .next_try = service.next_try,
          .frame = service.frame,
          .acted_alerts = service.memory.alerts,
          .carrying = service.memory.carrying,
          .waiting = askers_of(service.demands),
          .may_move = service.declared.reschedule.has_value(),
          .decisions = service.memory.decisions};
}

}  // namespace scale_fleet
