#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// A machine of a group, as its cloud knows it.
struct GroupMember {
  std::string id;                 ///< In the cloud's words: `i-0a1b2c3d4e5f67890`.
  std::string ip;                 ///< Its address within the cluster; empty where nobody tells.
  bool is_in_service = true;      ///< Neither coming nor going.
  bool is_protected = false;      ///< The cloud wouldn't end it.
  std::optional<WallTime> since;  ///< When it was launched; empty where nobody tells.

  bool operator==(const GroupMember&) const = default;
};

/// A group of machines that are alike, at one moment.
struct GroupLook {
  InstanceCount desired = 0;
  /// The group's own bounds: never changed, and never asked to be left.
  InstanceCount min = 0;
  std::optional<InstanceCount> max;
  std::vector<GroupMember> members;
  /// Why nothing should be changed now (`an instance refresh is in progress`), for people; empty
  /// where nothing speaks against it.
  std::string busy;
  /// Why no machine can be taken away now (`Terminate is suspended`); empty where one can.
  std::string keeps_all;

  bool operator==(const GroupLook&) const = default;
};

/// A launch that came to nothing, in the cloud's words.
struct LaunchFailure {
  WallTime time;
  std::string why;

  bool operator==(const LaunchFailure&) const = default;
};

/// The machines under Fleet, as one group at a cloud. Every call repeats what failed in passing a
/// few times, and returns early when it is asked to stop. Errors: precondition (the cloud is in the
/// midst of another change; later it won't be), refused (it said no for good), unavailable (no
/// usable answer), timed_out, interrupted. Implemented by AWS Auto Scaling and by a program of the
/// user's.
class NodeGroup {
 public:
  NodeGroup() = default;
  NodeGroup(const NodeGroup&) = delete;
  NodeGroup& operator=(const NodeGroup&) = delete;
  virtual ~NodeGroup() = default;

  virtual Result<GroupLook> look() = 0;

  /// Asks for `count` machines in all, where the last look had another count.
  virtual Outcome set_desired(InstanceCount count) = 0;

  /// Ends this machine and lowers the desired count by one, in one step; whether it has gone tells
  /// the next look.
  virtual Outcome terminate(const std::string& member) = 0;

  /// Launches that failed from that moment on, the newest first; none where the cloud can't tell.
  virtual Result<std::vector<LaunchFailure>> launch_failures(WallTime since) = 0;

  /// For people: `the Auto Scaling group web-workers`.
  virtual std::string display_name() const = 0;
};

}  // namespace scale_fleet
