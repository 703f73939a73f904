#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/awaited_nodes.hpp"
#include "daemon/kept_demands.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/node_actions.hpp"

namespace scale_fleet {

/// One declared group of machines between two ticks.
struct KeptNodes {
  DeclaredNodes declared;
  std::string event_name;  ///< `nodes/workers`
  std::shared_ptr<const ServicePolicy> frame = {};
  ServiceMemory memory = {};
  PendingDemands demands = {};
  std::optional<GroupLook> look = {};
  std::optional<std::vector<Machine>> machines = {};  ///< Fleet's, listed before that look.
  std::optional<WallTime> looked = {};
  bool is_fresh = false;       ///< The look is newer than the decision.
  bool is_away = false;        ///< The cloud didn't answer the last look: `current` is old.
  bool is_remembered = false;  ///< What an earlier leader remembered has been read.
  std::optional<InstanceCount> current = {};
  std::optional<Decision> decision = {};
  std::string under_way = {};  ///< Empty while nothing is.
  /// The last order's end, where it came to nothing and none has been well, or needless, since.
  std::optional<Event> failure = {};
  std::string told = {};  ///< What a dry run would do, as told last.
  int failures = 0;       ///< Of orders, in a row.
  std::optional<WallTime> next_try = {};
  std::optional<Error> trouble = {};
  /// Not all of them have come, and an order, maybe of a daemon before this, waits for them.
  std::optional<AwaitedNodes> awaited = {};
  bool must_save = false;
  std::optional<Error> unsaved = {};  ///< Why it could not be saved the last time.

  bool is_busy() const { return !under_way.empty(); }
};

/// What the demands on it are dealt with by.
DemandedCount demanded(KeptNodes& nodes);

/// A machine of the group for each that is desired, those in service well since the look.
std::vector<InstanceView> see_machines(const GroupLook& look, WallTime now);

/// The policy within the group's own bounds too, which an order couldn't leave; as it is where no
/// count is within both, so that the order tells.
ServicePolicy held_by_group(ServicePolicy policy, const GroupLook& look);

/// Whether the cloud took a change.
bool has_touched_group(const NodesReport& report);

/// Whether this end of an order that changed nothing is told by the last failure: the same was
/// ordered, and came to nothing for the same reason. Remembers it as the last.
bool is_told(KeptNodes& nodes, const NodesReport& report, const Event& event);

/// What an order's end makes of the group: its cool-downs, its failures, when to try again.
void conclude_order(KeptNodes& nodes, const NodesEnd& end, Millis interval, WallTime ended);

/// For the audit: one event, `LAUNCH nodes/workers 2 -> 3`, with what was moved in its reason.
Event event_of(const NodesEnd& end, WallTime ended);

KeptServiceStatus status_of(const KeptNodes& nodes);

}  // namespace scale_fleet
