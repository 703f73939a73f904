#include "commands/node_steps.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

std::vector<ServiceMoves> moves_of(const std::vector<DeclaredService>& services) {
  std::vector<ServiceMoves> moves;
  moves.reserve(services.size());
  for (const auto& declared : services) {
    moves.push_back({.service = declared.service,
                     .min_healthy = declared.reschedule ? declared.reschedule->min_healthy
                                                        : std::optional<InstanceCount>()});
  }
  return moves;
}

Drain drain_of(World world, const NodesRequest& request, Duration timeout, ServiceRights* rights) {
  return {world,
          {.services = moves_of(request.services),
           .timeout = timeout,
           .group = request.nodes.name,
           .rights = rights}};
}

void take_moves(const MoveReport& moves, NodesReport& report) {
  for (const auto& service : moves.services)
    report.moved.insert(report.moved.end(), service.moved.begin(), service.moved.end());
}

std::string objection_of(const GroupLook& group, bool goes_down) {
  return group.busy.empty() && goes_down ? group.keeps_all : group.busy;
}

Error objection_error(const NodeGroup& group, const std::string& objection) {
  return {.kind = ErrorKind::precondition,
          .message =
              fmt::format("{} is left as it is: {}", group.display_name(), printable(objection))};
}

}  // namespace scale_fleet
