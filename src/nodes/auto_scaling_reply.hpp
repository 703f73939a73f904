#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/nodes/node_group.hpp"

namespace scale_fleet {

// What AWS's Query API answers, in XML. Elements count only at their own place: other lists have
// members, too. An answer that isn't whole, or is longer than 8 MiB, is ErrorKind::unavailable:
// never a group without machines.

struct GroupsPage {
  std::optional<GroupLook> group;  ///< The one of that name, if it is on this page.
  std::string next_token;          ///< Empty: there is no further page.
};

/// DescribeAutoScalingGroups, of 2011-01-01.
Result<GroupsPage> read_groups(std::string_view body, std::string_view name);

/// DescribeScalingActivities: the launches that failed or were cancelled, and ended no earlier than
/// `since`, in AWS's order, the newest first. Their Description begins with `Launching`.
Result<std::vector<LaunchFailure>> read_launch_failures(std::string_view body, WallTime since);

/// A machine as EC2 knows it.
struct MachineAddress {
  std::string ip;                 ///< Private; empty where it has none (any more).
  std::optional<WallTime> since;  ///< Of its launch.
};

struct AddressesPage {
  std::map<std::string, MachineAddress> by_id;
  std::string next_token;
};

/// EC2's DescribeInstances, of 2016-11-15.
Result<AddressesPage> read_addresses(std::string_view body);

}  // namespace scale_fleet
