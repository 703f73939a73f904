#include "scale_fleet/commands/nodes_command.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "commands/change_run.hpp"
#include "commands/move_run.hpp"
#include "commands/node_steps.hpp"
#include "scale_fleet/commands/reschedule_command.hpp"

namespace scale_fleet {
Duration delay_between_polls(Duration elapsed) {
  return elapsed < std::chrono::minutes(1)   ? std::chrono::seconds(2)
         : elapsed < std::chrono::minutes(5) ? std::chrono::seconds(5)
                                             : std::chrono::seconds(10);
}

NodesReport NodesCommand::run(const NodesRequest& request) {
  NodesReport report{.group = request.nodes.name};
  if (request.count.kind == Count::Kind::absolute) report.desired = request.count.number;
  const auto look = group_.look();
  auto outcome = look ? carry_out(request, *look, report) : Outcome(tl::unexpected(look.error()));
  if (!outcome) {
    report.error = outcome.error();
    report.status = std::max(report.status, status_of(outcome.error().kind));
  }
  return report;
}

Outcome NodesCommand::carry_out(const NodesRequest& request,
                                const GroupLook& group,
                                NodesReport& report) {
  report.before = report.after = group.desired;
  if (request.from && *request.from != group.desired)
    return tl::unexpected(changed_meanwhile(*request.from, group.desired));
  const auto desired = desired_machines(request.count, group, request.nodes);
  if (!desired) return tl::unexpected(desired.error());
  report.desired = desired->count;
  if (!desired->limited.empty()) {
    report.notices.push_back(desired->limited);
    world_.progress.warn(fmt::format("{}: {}", request.nodes.name, desired->limited));
  }
  if (!options_.dry_run) {
    if (auto tidied = tidy_up(request, group); !tidied) return tidied;
  }
  if (desired->count == group.desired) return await_earlier(request, group, report);
  const bool goes_down = desired->count < group.desired;
  if (const auto objection = objection_of(group, goes_down); !objection.empty())
    return tl::unexpected(objection_error(group_, objection));
  if (options_.dry_run) return plan(request, group, report);
  return goes_down ? shrink(request, report) : grow(request, report);
}

Outcome NodesCommand::await_earlier(const NodesRequest& request,
                                    const GroupLook& group,
                                    NodesReport& report) {
  if (options_.dry_run || options_.no_block) return {};
  if (request.awaited) return receive(request, *request.awaited, report);
  if (!has_machines_on_their_way(group)) return {};
  const auto launches = expect(request, report);
  if (!launches) return tl::unexpected(launches.error());
  return receive(request, *launches, report);
}

Error NodesCommand::changed_meanwhile(InstanceCount from, InstanceCount now) const {
  return {.kind = ErrorKind::precondition,
          .message = fmt::format("somebody else changed {} meanwhile: it has {}, and this was "
                                 "decided on {}",
                                 group_.display_name(),
                                 now,
                                 from)};
}

Outcome NodesCommand::plan(const NodesRequest& request,
                           const GroupLook& group,
                           NodesReport& report) {
  report.status = ScaleStatus::planned;
  if (*report.desired > group.desired) {
    report.machines.resize(*report.desired - group.desired);
    return {};
  }
  const auto look = look_with_machines(world_.fleet);
  if (!look) return tl::unexpected(look.error());
  const auto planned = plan_victims(group, *look, request.nodes, group.desired - *report.desired);
  for (const auto& victim : planned.victims) {
    tell_of_left(victim, report);
    report.machines.push_back({.id = victim.member,
                               .machine_id = victim.machine_id,
                               .action = NodeChange::Action::terminate,
                               .reason = victim.reason});
    if (victim.machine_id.empty()) continue;
    if (auto fine = check_may_leave(victim.machine_id, *look); !fine) return fine;
  }
  if (planned.error) return tl::unexpected(*planned.error);
  return {};
}

Outcome NodesCommand::tidy_up(const NodesRequest& request, const GroupLook& group) {
  const auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  std::set<std::string> ours;
  for (const auto& [member, machine] :
       match_members(group.members, *machines, request.nodes.match_metadata))
    ours.insert(machine);
  auto drain = drain_of(world_, request, timeout_of(request), rights_);
  if (auto released = drain.release_leftovers(ours); !released) return released;
  return end_broken_off_moves(world_, moves_of(request.services), rights_);
}

Duration NodesCommand::timeout_of(const NodesRequest& request) const {
  return options_.timeout.value_or(request.nodes.timeout);
}

Outcome NodesCommand::pause(TimePoint started, TimePoint until) {
  if (world_.stop.requested()) return tl::unexpected(interruption());
  const auto now = world_.clock.now();
  world_.clock.wait_until(std::min(until, now + delay_between_polls(now - started)));
  if (world_.stop.requested()) return tl::unexpected(interruption());
  return {};
}

}  // namespace scale_fleet
