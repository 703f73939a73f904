#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/commands/node_plan.hpp"
#include "scale_fleet/daemon/node_actions.hpp"
#include "scale_fleet/daemon/service_memory.hpp"

namespace scale_fleet {

/// Machines that an order has asked for, until that has ended: a daemon that comes after waits for
/// them, fills them, and tells.
struct AwaitedNodes {
  InstanceCount before = 0;
  InstanceCount count = 0;
  std::string asked_by;
  std::vector<std::string> reasons;
  Launches launches;

  bool operator==(const AwaitedNodes&) const = default;
};

/// What an order that makes the group bigger waits for. `machines` are Fleet's, listed before the
/// group was looked at; empty where they aren't known.
AwaitedNodes awaited_by(const NodesOrder& order,
                        const GroupLook& before,
                        const std::optional<std::vector<Machine>>& machines,
                        WallTime now);

/// The order that takes up the wait, and asks the cloud for nothing.
NodesOrder order_to_await(const DeclaredNodes& nodes, const AwaitedNodes& awaited);

/// What is kept of a group, as JSON on one line: memory_text() with what is awaited in it.
std::string nodes_memory_text(const ServiceMemory& memory,
                              const std::optional<AwaitedNodes>& awaited);

/// What is awaited, of such a text. Errors (refused): it can't be understood.
Result<std::optional<AwaitedNodes>> parse_awaited(std::string_view text);

}  // namespace scale_fleet
