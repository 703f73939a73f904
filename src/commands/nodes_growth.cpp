#include <algorithm>

#include <fmt/format.h>

#include "commands/node_steps.hpp"
#include "scale_fleet/commands/reschedule_command.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// A cloud counts the questions.
constexpr Duration time_between_failures = std::chrono::seconds(15);

/// Whether the next look may answer: a program says `not now`, or takes too long, as well.
bool may_pass(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timed_out ||
         error.kind == ErrorKind::precondition;
}

std::string still_missing(InstanceCount missing, std::size_t came) {
  if (came == 0) return {};
  return fmt::format(": {} came, {} {} missing", came, missing, missing == 1 ? "is" : "are");
}

}  // namespace

/// As long as nothing is asked for, what comes was on its way before.
Result<Launches> NodesCommand::expect(const NodesRequest& request, const NodesReport& report) {
  const auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  const auto group = group_.look();
  if (!group) return tl::unexpected(group.error());
  if (group->desired != *report.before)
    return tl::unexpected(changed_meanwhile(*report.before, group->desired));
  return expected_launches(*group, *report.desired, *machines, request.nodes, wall_time_());
}

Outcome NodesCommand::grow(const NodesRequest& request, NodesReport& report) {
  const auto launches = expect(request, report);
  if (!launches) return tl::unexpected(launches.error());
  if (auto set = group_.set_desired(*report.desired); !set) return set;
  report.after = report.desired;
  report.status = ScaleStatus::accepted;
  on_asked_();
  if (options_.no_block) return {};
  return receive(request, *launches, report);
}

Outcome NodesCommand::receive(const NodesRequest& request,
                              const Launches& launches,
                              NodesReport& report) {
  report.status = ScaleStatus::accepted;
  const auto came = await_launches(request, launches, report);
  if (came) {
    report.status = ScaleStatus::converged;
    return spread(request, report);
  }
  if (report.machines.empty() || came.error().kind == ErrorKind::interrupted) return came;
  const auto filled = spread(request, report);
  if (filled) return came;
  if (filled.error().kind == ErrorKind::interrupted) return filled;
  report.notices.push_back(filled.error().message);
  return came;
}

/// Empty where too few are in Fleet for it to be worth asking the cloud, unless it is the last
/// time.
Result<std::optional<Arrivals>> NodesCommand::look_for(const NodesRequest& request,
                                                       const Launches& launches,
                                                       bool is_last) {
  const auto machines = world_.fleet.machines();
  if (!machines) return tl::unexpected(machines.error());
  if (!is_last && !may_have_arrived(launches, *machines)) return std::nullopt;
  const auto group = group_.look();
  if (!group) return tl::unexpected(group.error());
  return arrivals(launches, *group, *machines, request.nodes);
}

Outcome NodesCommand::await_launches(const NodesRequest& request,
                                     const Launches& launches,
                                     NodesReport& report) {
  const auto started = world_.clock.now();
  const auto until = started + timeout_of(request);
  auto ask_for_failures = started + time_between_failures;
  auto missing = launches.wanted;
  std::string last_failure;
  for (;;) {
    const bool is_last = world_.clock.now() >= until;
    auto seen = look_for(request, launches, is_last);
    if (!seen && !may_pass(seen.error())) return tl::unexpected(seen.error());
    if (seen && *seen) {
      report.machines = std::move((*seen)->came);
      missing = (*seen)->missing;
      if (missing == 0) return {};
    }
    if (world_.clock.now() >= ask_for_failures) {
      tell_launch_failures(launches.since, report, last_failure);
      ask_for_failures = world_.clock.now() + time_between_failures;
    }
    if (is_last) {
      const auto& why = seen ? last_failure : seen.error().message;
      return failure(ErrorKind::timed_out,
                     fmt::format("the time for waiting ran out before {} of {} came to Fleet{}{}{}",
                                 counted(launches.wanted, "new machine"),
                                 group_.display_name(),
                                 still_missing(missing, report.machines.size()),
                                 why.empty() ? "" : "; ",
                                 why));
    }
    if (auto paused = pause(started, until); !paused) return paused;
  }
}

void NodesCommand::tell_launch_failures(WallTime since, NodesReport& report, std::string& last) {
  // That nobody could tell is no reason to end the wait.
  auto failures = group_.launch_failures(since);
  if (!failures) return;
  std::ranges::reverse(*failures);
  for (const auto& failure : *failures) {
    const auto notice = fmt::format("a machine could not be launched: {}", printable(failure.why));
    last = notice;
    if (std::ranges::find(report.notices, notice) != report.notices.end()) continue;
    report.notices.push_back(notice);
    world_.progress.warn(fmt::format("{}: {}", report.group, notice));
  }
}

Outcome NodesCommand::spread(const NodesRequest& request, NodesReport& report) {
  std::vector<RescheduleRequest> requests;
  for (const auto& declared : request.services) {
    if (!declared.reschedule) continue;
    requests.push_back(
        {.service = {.service = declared.service, .min_healthy = declared.reschedule->min_healthy},
         .timeout = declared.timeout});
  }
  const auto moves = RescheduleCommand(world_, {.rights = rights_}).run(requests);
  take_moves(moves, report);
  report.status = std::max(report.status, moves.status);
  if (moves.error) return tl::unexpected(*moves.error);
  for (const auto& service : moves.services) {
    if (service.error) return tl::unexpected(*service.error);
  }
  return {};
}

}  // namespace scale_fleet
