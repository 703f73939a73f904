#include <algorithm>

#include <fmt/format.h>

#include "commands/change_run.hpp"
#include "commands/move_run.hpp"
#include "commands/node_steps.hpp"

namespace scale_fleet {
namespace {

/// Fleet forgets a machine half a minute after it was last heard of (agent_ttl).
constexpr Duration time_to_be_forgotten = std::chrono::seconds(60);

}  // namespace

Outcome NodesCommand::shrink(const NodesRequest& request, NodesReport& report) {
  // As many as were asked for and no more, whatever somebody else does to the group meanwhile.
  for (auto left = *report.before - *report.desired; left > 0; --left) {
    if (world_.stop.requested()) return tl::unexpected(interruption());
    const auto group = group_.look();
    if (!group) return tl::unexpected(group.error());
    report.after = group->desired;
    if (group->desired <= *report.desired) break;
    if (auto removed = remove_one(request, *group, report); !removed) return removed;
  }
  report.status = options_.no_block                  ? ScaleStatus::accepted
                  : *report.after == *report.desired ? ScaleStatus::converged
                                                     : ScaleStatus::overridden;
  if (report.status == ScaleStatus::overridden) {
    report.error = Error{
        .kind = ErrorKind::refused,
        .message = fmt::format("somebody else changed {} meanwhile: it has {} and {} were wanted",
                               group_.display_name(),
                               *report.after,
                               *report.desired)};
  }
  return {};
}

void NodesCommand::tell_of_left(const NodeVictim& victim, NodesReport& report) {
  const bool is_told = std::ranges::find(report.notices, victim.left) != report.notices.end();
  if (victim.left.empty() || is_told) return;
  report.notices.push_back(victim.left);
  world_.progress.warn(fmt::format("{}: {}", report.group, victim.left));
}

Outcome NodesCommand::remove_one(const NodesRequest& request,
                                 const GroupLook& group,
                                 NodesReport& report) {
  if (const auto objection = objection_of(group, true); !objection.empty())
    return tl::unexpected(objection_error(group_, objection));
  const auto look = look_with_machines(world_.fleet);
  if (!look) return tl::unexpected(look.error());
  const auto victim = choose_victim(group, *look, request.nodes);
  if (!victim) return tl::unexpected(victim.error());
  tell_of_left(*victim, report);
  world_.progress.tell(fmt::format("{}: to be terminated, {}", victim->member, victim->reason));
  report.machines.push_back({.id = victim->member,
                             .machine_id = victim->machine_id,
                             .action = NodeChange::Action::terminate,
                             .result = StepResult::failed,
                             .reason = victim->reason});
  auto drain = drain_of(world_, request, timeout_of(request), rights_);
  if (!victim->machine_id.empty()) {
    const auto emptied = drain.empty(victim->machine_id);
    take_moves(emptied, report);
    if (emptied.error) {
      auto error = *emptied.error;
      error.message = fmt::format(
          "{} was not terminated, it could not be emptied: {}", victim->member, error.message);
      return tl::unexpected(std::move(error));
    }
  }
  auto outcome = group_.terminate(victim->member);
  if (outcome) {
    report.machines.back().result = StepResult::done;
    report.after = group.desired - 1;
    if (!options_.no_block) outcome = await_departure(request, *victim, report);
  }
  // While it was going, its blockers kept units from being sent to it.
  if (victim->machine_id.empty()) return outcome;
  const auto released = drain.release(victim->machine_id);
  return outcome ? released : outcome;
}

Outcome NodesCommand::await_departure(const NodesRequest& request,
                                      const NodeVictim& victim,
                                      NodesReport& report) {
  const auto started = world_.clock.now();
  const auto until = started + timeout_of(request);
  for (;;) {
    const auto group = group_.look();
    if (!group) return tl::unexpected(group.error());
    report.after = group->desired;
    const auto member = std::ranges::find(group->members, victim.member, &GroupMember::id);
    if (member == group->members.end()) break;
    if (world_.clock.now() >= until) {
      return failure(
          ErrorKind::timed_out,
          fmt::format("{} is to go and had not left {} when the time for waiting ran out",
                      victim.member,
                      group_.display_name()));
    }
    if (auto paused = pause(started, until); !paused) return paused;
  }
  if (victim.machine_id.empty()) return {};
  const auto left = world_.clock.now();
  const auto forgotten = std::min(until, left + time_to_be_forgotten);
  for (;;) {
    const auto machines = world_.fleet.machines();
    if (!machines) return tl::unexpected(machines.error());
    const auto machine = std::ranges::find(*machines, victim.machine_id, &Machine::id);
    if (machine == machines->end()) return {};
    if (world_.clock.now() >= forgotten) {
      report.notices.push_back(
          fmt::format("Fleet still lists the machine of {}, which has left", victim.member));
      world_.progress.warn(report.notices.back());
      return {};
    }
    if (auto paused = pause(left, forgotten); !paused) return paused;
  }
}

}  // namespace scale_fleet
