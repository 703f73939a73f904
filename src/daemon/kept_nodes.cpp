#include "daemon/kept_nodes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/event_notices.hpp"

namespace scale_fleet {
namespace {

std::string reason_of_order(const NodesEnd& end) {
  const auto& decision = end.order.decision;
  auto reason = fmt::format("{}", fmt::join(decision.reasons, "; "));
  if (!decision.limits.empty()) reason += fmt::format(" ({})", fmt::join(decision.limits, "; "));
  std::vector<std::string> moves;
  for (const auto& moved : end.report.moved) {
    if (moved.result == StepResult::done)
      moves.push_back(fmt::format("{} from {} to {}", moved.unit, moved.from, moved.to));
  }
  if (!moves.empty()) reason += fmt::format("; moved {}", fmt::join(moves, ", "));
  return reason;
}

}  // namespace

std::string cloud_of(const DeclaredNodes& nodes) {
  return std::holds_alternative<AwsGroup>(nodes.group) ? "aws" : "command";
}

DemandedCount demanded(KeptNodes& nodes) {
  return {.name = nodes.event_name,
          .policy = nodes.declared.policy,
          .current = nodes.current,
          .memory = nodes.memory,
          .pending = nodes.demands,
          .must_save = nodes.must_save};
}

std::vector<InstanceView> see_machines(const GroupLook& look, WallTime now) {
  std::vector<InstanceView> views;
  const auto in_service = std::ranges::count_if(look.members, &GroupMember::is_in_service);
  for (InstanceCount i = 0; i < look.desired; ++i) {
    InstanceView view{.number = i + 1, .unit = {}, .is_idle = false};
    // A cloud that names no machine says nothing of how they are.
    if (look.members.empty() || i < in_service) view.well_since = now;
    views.push_back(std::move(view));
  }
  return views;
}

ServicePolicy held_by_group(ServicePolicy policy, const GroupLook& look) {
  const auto min = std::max(policy.min, look.min);
  const auto max = look.max ? std::min(policy.max.value_or(*look.max), *look.max) : policy.max;
  if (max && *max < min) return policy;
  policy.min = min;
  policy.max = max;
  return policy;
}

bool has_touched_group(const NodesReport& report) {
  return report.after && report.before && *report.after != *report.before;
}

bool is_told(KeptNodes& nodes, const NodesReport& report, const Event& event) {
  const auto last = std::exchange(nodes.failure, std::nullopt);
  const bool is_change = has_touched_group(report) || !report.moved.empty();
  if (!event.error || is_change) return false;
  nodes.failure = event;
  return last && last->kind == event.kind && last->before == event.before &&
         last->asked_by == event.asked_by && last->error->message == event.error->message;
}

void conclude_order(KeptNodes& nodes, const NodesEnd& end, Millis interval, WallTime ended) {
  const auto& report = end.report;
  nodes.under_way.clear();
  nodes.must_save = true;
  // Whoever leads next waits on.
  if (report.status != ScaleStatus::interrupted) nodes.awaited.reset();
  const auto after = report.after.value_or(end.order.before);
  if (has_touched_group(report)) {
    nodes.memory.history =
        after_action(std::move(nodes.memory.history),
                     end.order.decision,
                     {.time = ended, .before = end.order.before, .after = after});
  }
  const bool is_well = report.status <= ScaleStatus::overridden;
  // Where somebody else changed it meanwhile, the next look finds that it isn't what we left.
  if (report.status == ScaleStatus::overridden) {
    nodes.memory.history.last_count = end.order.decision.count;
  } else if (is_well || has_touched_group(report)) {
    nodes.memory.history.last_count = report.after;
  }
  nodes.trouble = is_well ? std::nullopt : report.error;
  // What was asked of the cloud was done; that machines are late asks for no other order.
  const bool is_there = report.after == end.order.decision.count;
  if (is_well || is_there) nodes.memory.carrying.reset();
  if (is_well || is_there || report.status == ScaleStatus::interrupted) {
    nodes.failures = 0;
    nodes.next_try.reset();
    return;
  }
  ++nodes.failures;
  nodes.next_try = ended + pause_after(nodes.failures, interval);
}

Event event_of(const NodesEnd& end, WallTime ended) {
  const auto& report = end.report;
  Event event{.time = ended,
              .kind = end.order.decision.direction == Direction::down ? EventKind::terminate
                                                                      : EventKind::launch,
              .service = std::string(nodes_event_prefix) + end.order.nodes.name,
              .before = end.order.before,
              .after = report.after,
              .units = {},
              .asked_by = end.order.decision.asked_by,
              .reason = reason_of_order(end),
              .took = end.took,
              .error = report.status <= ScaleStatus::overridden ? std::nullopt : report.error};
  for (const auto& machine : report.machines) {
    if (machine.result == StepResult::done && !machine.id.empty())
      event.units.push_back(machine.id);
  }
  if (report.status == ScaleStatus::unchanged) event.kind = EventKind::no_op;
  return event;
}

KeptServiceStatus status_of(const KeptNodes& nodes) {
  const auto& history = nodes.memory.history;
  std::optional<InstanceCount> in_service;
  if (nodes.look) {
    in_service = static_cast<InstanceCount>(
        std::ranges::count_if(nodes.look->members, &GroupMember::is_in_service));
  }
  return {.service = nodes.declared.name,
          .cloud = cloud_of(nodes.declared),
          .current = nodes.is_away ? std::nullopt : nodes.current,
          .well = in_service,
          .wanted = nodes.decision ? std::optional(nodes.decision->count) : std::nullopt,
          .min = nodes.declared.policy.min,
          .max = nodes.declared.policy.max,
          .cooldown_up = history.up,
          .cooldown_down = history.down,
          .under_way = nodes.is_busy() ? std::optional(nodes.under_way) : std::nullopt,
          .trouble = nodes.trouble,
          .next_try = nodes.next_try,
          .frame = nodes.frame,
          .acted_alerts = nodes.memory.alerts,
          .carrying = nodes.memory.carrying,
          .waiting = askers_of(nodes.demands),
          .decisions = nodes.memory.decisions};
}

}  // namespace scale_fleet
