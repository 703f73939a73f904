#include "scale_fleet/daemon/action.hpp"

#include <fmt/format.h>

#include "scale_fleet/commands/carry_out_declared.hpp"
#include "scale_fleet/commands/reschedule_command.hpp"

namespace scale_fleet {
namespace {

/// As a scale that changes no count reports: each move a launch that says from where to where.
ScaleReport scale_report(const ServiceMoveReport& moves, const ActionOrder& order) {
  ServiceReport service{.service = moves.service,
                        .desired = order.before,
                        .before = order.before,
                        .after = order.before,
                        .status = moves.status,
                        .changes = {},
                        .left_alone = {},
                        .error = moves.error};
  for (const auto& moved : moves.moved) {
    const auto where = moved.to.empty() ? fmt::format("from {}", moved.from)
                                        : fmt::format("from {} to {}", moved.from, moved.to);
    service.changes.push_back(
        {.step = {.action = Action::launch, .unit = moved.unit, .reason = where},
         .result = moved.result});
  }
  return {.status = moves.status, .services = {std::move(service)}, .error = moves.error};
}

ScaleReport reschedule(World world, const ActionOrder& order) {
  const auto& declared = order.service;
  const auto min_healthy = declared.reschedule ? declared.reschedule->min_healthy : std::nullopt;
  const ServiceMoves moves{.service = declared.service, .min_healthy = min_healthy};
  auto report = RescheduleCommand(world, {}).run({{.service = moves, .timeout = declared.timeout}});
  auto own = report.services.empty() ? ServiceMoveReport{.service = declared.service.display_name(),
                                                         .moved = {},
                                                         .status = report.status,
                                                         .error = report.error}
                                     : std::move(report.services.front());
  if (report.error) own.error = report.error;
  own.status = std::max(own.status, report.status);
  return scale_report(own, order);
}

}  // namespace

ScaleReport carry_out(World world, const ActionOrder& order) {
  if (order.reschedules) return reschedule(world, order);
  return carry_out_declared(world,
                            order.service,
                            order.request,
                            {.no_block = !order.replaces_text, .timeout = order.service.timeout},
                            order.replaces_text);
}

}  // namespace scale_fleet
