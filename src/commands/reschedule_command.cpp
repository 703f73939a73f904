#include "scale_fleet/commands/reschedule_command.hpp"

#include <algorithm>
#include <memory>

#include "commands/blockers.hpp"
#include "commands/move_run.hpp"

namespace scale_fleet {
namespace {

/// Decides at a look of its own, each time it is asked.
std::function<Result<std::optional<UnitMove>>()> next_move_of(World world,
                                                              const ServiceMoves& service,
                                                              bool all) {
  const auto rule = std::make_shared<RescheduleRule>();
  rule->all = all;
  return [world, service, rule]() -> Result<std::optional<UnitMove>> {
    const auto look = look_with_machines(world.fleet);
    if (!look) return tl::unexpected(look.error());
    auto next = next_to_reschedule(moving_units(service, *look), *look, *rule);
    if (next && *next) rule->moved.insert((*next)->unit);
    return next;
  };
}

}  // namespace

Outcome end_broken_off_moves(World world, const std::vector<ServiceMoves>& services) {
  const auto blockers = find_blockers(world.fleet, [&](const FoundBlocker& found) {
    const bool is_theirs = std::ranges::any_of(services, [&](const ServiceMoves& moves) {
      return instance_number(moves.service, found.blocker.unit).has_value();
    });
    return found.is_mark() && is_theirs;
  });
  if (!blockers) return tl::unexpected(blockers.error());
  const auto launched = remove_blockers(world.fleet, *blockers);
  if (!launched) return tl::unexpected(launched.error());
  await_running(world, *launched);
  return {};
}

ServiceMoveReport RescheduleCommand::plan(const RescheduleRequest& request,
                                          const ClusterLook& look) const {
  ServiceMoveReport report{.service = request.service.service.display_name(), .moved = {}};
  const auto moves = planned_reschedule(moving_units(request.service, look), look, options_.all);
  if (!moves) {
    report.status = status_of(moves.error().kind);
    report.error = moves.error();
    return report;
  }
  for (const auto& move : *moves)
    report.moved.push_back({.unit = move.unit, .from = move.from, .to = move.to});
  if (!report.moved.empty()) report.status = ScaleStatus::planned;
  return report;
}

MoveReport RescheduleCommand::run(const std::vector<RescheduleRequest>& requests) {
  MoveReport report;
  if (options_.dry_run) {
    const auto look = look_with_machines(world_.fleet);
    if (!look) report.error = look.error();
    for (const auto& request : requests) {
      if (look) report.services.push_back(plan(request, *look));
    }
    report.status = overall_status(report);
    return report;
  }
  std::vector<ServiceMoves> services;
  services.reserve(requests.size());
  for (const auto& request : requests)
    services.push_back(request.service);
  if (auto ended = end_broken_off_moves(world_, services); !ended) {
    report.error = ended.error();
    report.status = overall_status(report);
    return report;
  }
  std::vector<MoveLine> lines(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& request = requests[i];
    lines[i].next = next_move_of(world_, request.service, options_.all);
    lines[i].report.service = request.service.service.display_name();
    lines[i].timeout = request.timeout;
  }
  MoveRun(world_, {}).finish(lines);
  for (auto& line : lines)
    report.services.push_back(std::move(line.report));
  report.status = overall_status(report);
  return report;
}

}  // namespace scale_fleet
