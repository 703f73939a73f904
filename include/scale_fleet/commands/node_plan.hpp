#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/nodes_report.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_status.hpp"
#include "scale_fleet/nodes/node_group.hpp"

namespace scale_fleet {

// What a change of a group of machines consists of: pure, from looks to values.

/// How many machines the group shall have: never beyond the file's bounds or the group's own, and
/// never in the other direction than asked (`+1` of a group that is above its most changes
/// nothing). `limited` says which bound decided. Error: usage, where the bounds leave no count.
Result<DesiredCount> desired_machines(const Count& asked,
                                      const GroupLook& group,
                                      const DeclaredNodes& declared);

/// Which Fleet machine each member is, by member: the one whose metadata names it, else, where a
/// machine's metadata has no such key (or `key` is empty), the one with its address. Members that
/// no Fleet machine is are left out, and those that two of them may be.
std::map<std::string, std::string> match_members(const std::vector<GroupMember>& members,
                                                 const std::vector<Machine>& machines,
                                                 const std::optional<std::string>& key);

/// What is waited for when machines were asked for.
struct Launches {
  InstanceCount wanted = 0;  ///< So many members that come into service, and into Fleet.
  /// A cloud that named no machine before, and names none after, can't tell which were on their
  /// way: then so many that are new in Fleet, those that were asked for.
  std::optional<InstanceCount> unnamed = {};
  std::set<std::string> members = {};  ///< Those in service before.
  /// Fleet's that are none of those to come; empty: not known, so that none is taken for one that
  /// came because it is new.
  std::optional<std::set<std::string>> machines = {};
  WallTime since;  ///< The moment before they were asked for.

  bool operator==(const Launches&) const = default;
};

/// Machines that were on their way already come besides those that are asked for now. `machines`
/// were listed before the group was looked at: what is among them and not yet in service is still
/// to come.
Launches expected_launches(const GroupLook& before,
                           InstanceCount desired,
                           const std::vector<Machine>& machines,
                           const DeclaredNodes& declared,
                           WallTime now);

/// Whether machines that were asked for are yet to come into service, as far as the cloud tells.
bool has_machines_on_their_way(const GroupLook& group);

/// Whether enough machines are in Fleet that may be the awaited ones, or another group's.
bool may_have_arrived(const Launches& launches, const std::vector<Machine>& machines);

/// What became of a wait up to now.
struct Arrivals {
  std::vector<NodeChange> came;
  InstanceCount missing = 0;
};

/// The group's machines that are newly in service and in Fleet, by the member's id. Where no member
/// can be recognised among Fleet's machines, or none is named, all that are new are taken for the
/// group's.
Arrivals arrivals(const Launches& launches,
                  const GroupLook& group,
                  const std::vector<Machine>& machines,
                  const DeclaredNodes& declared);

/// A machine that goes.
struct NodeVictim {
  std::string member;
  std::string machine_id;  ///< In Fleet; empty: no Fleet machine is this one.
  std::string reason;      ///< Behind `terminate ID: `.
  /// Why one that no Fleet machine is was left in its place, and what helps; empty: none was.
  std::string left = {};

  bool operator==(const NodeVictim&) const = default;
};

/// Never one that isn't in service or is protected. One that no Fleet machine is goes first, since
/// it serves nothing; but never while a Fleet machine may be it, since what runs there would go
/// unasked: one that is no member's, and doesn't bear the id of a machine outside the group. Then
/// by the file's rule; ties go to the lower id. Errors: refused, where none may go, and where the
/// oldest can't be known.
Result<NodeVictim> choose_victim(const GroupLook& group,
                                 const ClusterLook& look,
                                 const DeclaredNodes& declared);

/// The victims one after the other, as far as they can be foreseen: `count` of them, or those
/// before the one that can't be had, with why.
struct PlannedVictims {
  std::vector<NodeVictim> victims;
  std::optional<Error> error;
};

PlannedVictims plan_victims(GroupLook group,
                            ClusterLook look,
                            const DeclaredNodes& declared,
                            InstanceCount count);

}  // namespace scale_fleet
