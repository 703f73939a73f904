#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/daemon/service_memory.hpp"
#include "scale_fleet/policy/decision.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// What is asked for from outside of one service, or one group of machines, between two ticks.
struct PendingDemands {
  std::vector<KeptDemand> waiting = {};  ///< Not decided on yet, in the order in which they came.
  std::vector<std::string> dealt = {};   ///< Ids that may leave the shelf once the memory is saved.
};

/// Whose demands they are: refers to it; lives no longer than one call.
struct DemandedCount {
  const std::string& name;  ///< As events have it.
  const ServicePolicy& policy;
  std::optional<InstanceCount> current;
  ServiceMemory& memory;
  PendingDemands& pending;
  bool& must_save;
};

/// Everything that is asked for now.
struct AskedFor {
  std::vector<KeptDemand> demands = {};
  std::vector<std::string> not_understood = {};  ///< Ids on the shelf.
  Result<std::map<std::string, std::string>> shelf;
};

/// What was handed in since the last call, and what lies on the shelf: from an earlier leader, from
/// this daemon before it was started again, or from one that stood still and was asked while it
/// led. Each time anew, since the last may come at any time. What is in doubt is left out.
AskedFor what_is_asked(DemandDesk& desk, StateStore& state);

enum class Taken { waits, is_known, was_dealt_with };

/// Puts a demand to the others, unless it is known. One that was dealt with may leave the shelf.
Taken take_demand(const DemandedCount& count, KeptDemand demand);

/// Forgets the oldest ids that were dealt with and are no longer on the `shelf`; so many are kept
/// all the same that what a slow writer puts there again isn't done again.
void forget_removed(ServiceMemory& memory, const std::map<std::string, std::string>& shelf);

/// What a decision has to consider: the demand that is being carried out first.
std::vector<Demand> demands_of(const ServiceMemory& memory, const PendingDemands& pending);

/// Who asks for what isn't decided on yet, in the order in which they came.
std::vector<std::string> askers_of(const PendingDemands& pending);

/// Drops what came again, what holds for another count than there is, and what could not be decided
/// on for long; the events of the last two.
std::vector<Event> drop_stale_demands(const DemandedCount& count, WallTime now);

/// Those that the decision answers have been dealt with; the events of those that it doesn't carry
/// out.
std::vector<Event> settle_demands(const DemandedCount& count,
                                  const Decision& decision,
                                  WallTime now);

/// The same where the decision is about to be carried out: its demands become one, whose count is
/// known: whoever takes over goes on to that.
std::vector<Event> begin_demands(const DemandedCount& count,
                                 const Decision& decision,
                                 WallTime now);

}  // namespace scale_fleet
