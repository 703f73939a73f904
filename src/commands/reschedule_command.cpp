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

/// The units that were launched again of one service.
Result<std::vector<std::string>> end_moves_of(FleetApi& fleet, const Service& service) {
  const auto marks = find_blockers(fleet, [&](const FoundBlocker& found) {
    return found.is_mark() && instance_number(service, found.blocker.unit).has_value();
  });
  if (!marks) return tl::unexpected(marks.error());
  return remove_blockers(fleet, *marks);
}

/// Those of the services with marks, by one look.
Result<std::vector<Service>> services_with_moves(FleetApi& fleet,
                                                 const std::vector<ServiceMoves>& services) {
  const auto marks =
      find_blockers(fleet, [](const FoundBlocker& found) { return found.is_mark(); });
  if (!marks) return tl::unexpected(marks.error());
  std::vector<Service> with_moves;
  for (const auto& moves : services) {
    const bool has_moves = std::ranges::any_of(*marks, [&](const FoundBlocker& found) {
      return instance_number(moves.service, found.blocker.unit).has_value();
    });
    if (has_moves) with_moves.push_back(moves.service);
  }
  return with_moves;
}

}  // namespace

Outcome end_broken_off_moves(World world,
                             const std::vector<ServiceMoves>& services,
                             ServiceRights* rights) {
  const auto with_moves = services_with_moves(world.fleet, services);
  if (!with_moves) return tl::unexpected(with_moves.error());
  std::vector<std::string> launched;
  for (const auto& service : *with_moves) {
    const auto name = service.display_name();
    const auto taken = rights == nullptr ? Outcome() : rights->take(name);
    if (!taken && taken.error().kind == ErrorKind::precondition) continue;
    if (!taken) return taken;
    // What is marked now was broken off: nobody else is at work on it.
    auto units = end_moves_of(world.fleet, service);
    if (rights != nullptr) rights->give_back(name);
    if (!units) return tl::unexpected(units.error());
    launched.insert(launched.end(), units->begin(), units->end());
  }
  await_running(world, launched);
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
  if (auto ended = end_broken_off_moves(world_, services, options_.rights); !ended) {
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
  MoveRun(world_, {.rights = options_.rights}).finish(lines);
  for (auto& line : lines)
    report.services.push_back(std::move(line.report));
  report.status = overall_status(report);
  return report;
}

}  // namespace scale_fleet
