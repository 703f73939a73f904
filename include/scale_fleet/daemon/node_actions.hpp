#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/node_plan.hpp"
#include "scale_fleet/commands/nodes_report.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/nodes/node_group.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// What shall be done to one group of machines, and why.
struct NodesOrder {
  DeclaredNodes nodes;
  /// Those whose instances run on its machines: what has to stay active while they are moved. New
  /// machines are filled by the loop, service by service, when the order has ended.
  std::vector<DeclaredService> services;
  Decision decision;
  InstanceCount before = 0;
  /// The machines were asked for already, and are only waited for, as long as they have their time
  /// since then; where the group isn't as large any more, it is ErrorKind::precondition.
  std::optional<Launches> awaited = {};
};

/// A cloud has taken an order for more machines, which are waited for.
struct NodesAsked {
  std::string group;
  InstanceCount count = 0;  ///< There shall be so many.
};

struct NodesEnd {
  NodesOrder order;
  NodesReport report;
  TimePoint ended{};
  Millis took{0};
};

struct NodesLook {
  std::string group;
  Result<GroupLook> look;
  /// Fleet's, listed before; empty where Fleet didn't answer.
  std::optional<std::vector<Machine>> machines = {};
};

/// `aws` or `command`.
std::string cloud_of(const DeclaredNodes& nodes);

/// Asks clouds and changes groups, each beside the others, so that a slow cloud delays nobody.
/// Implemented with threads; in tests one after the other. Used on one thread.
class NodeActions {
 public:
  NodeActions() = default;
  NodeActions(const NodeActions&) = delete;
  NodeActions& operator=(const NodeActions&) = delete;
  virtual ~NodeActions() = default;

  /// Never while a look, or an order, of the same group runs; neither is an order.
  virtual void look(const DeclaredNodes& nodes) = 0;
  virtual void start(NodesOrder order) = 0;
  /// Those that have ended, or were taken, since the last call.
  virtual std::vector<NodesLook> take_looks() = 0;
  virtual std::vector<NodesAsked> take_asked() = 0;
  virtual std::vector<NodesEnd> take_ended() = 0;
  /// Begins nothing more: puts back what is under way, and waits for it.
  virtual void stop() = 0;
};

}  // namespace scale_fleet
