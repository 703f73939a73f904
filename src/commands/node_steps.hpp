#pragma once

#include <string>
#include <vector>

#include "scale_fleet/commands/drain.hpp"
#include "scale_fleet/commands/nodes_command.hpp"

namespace scale_fleet {

// What the two directions of a change of machines share.

/// How the services of a file let their instances be moved.
std::vector<ServiceMoves> moves_of(const std::vector<DeclaredService>& services);

/// Everything there is to do to the group's machines in its name.
Drain drain_of(World world, const NodesRequest& request, Duration timeout, ServiceRights* rights);

/// Adds what was moved to the report.
void take_moves(const MoveReport& moves, NodesReport& report);

/// Why the group can't be changed in this direction now; empty where it can.
std::string objection_of(const GroupLook& group, bool goes_down);
Error objection_error(const NodeGroup& group, const std::string& objection);

}  // namespace scale_fleet
