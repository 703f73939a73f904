#pragma once

#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/health/check_pattern.hpp"
#include "scale_fleet/health/health_check.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Processes at a time.
inline constexpr std::size_t commands_at_once = 16;

struct CommandLimits {
  Duration each =
      std::chrono::seconds(5);  ///< Of one command; then its process group gets SIGTERM,
  Duration grace = std::chrono::seconds(1);  ///< and so much later SIGKILL.
};

/// Runs a command of the user's for each instance with `/bin/sh -c`. One is healthy whose command
/// exits with 0. The command's stdin is empty; of its output the first line is quoted of one that
/// isn't healthy, the rest is dropped. When it ends, what it left running in its process group is
/// killed.
///
/// Its environment is ours and SCALE_FLEET_UNIT, SCALE_FLEET_SERVICE (the prefix),
/// SCALE_FLEET_NUMBER and SCALE_FLEET_MACHINE_IP (empty where Fleet doesn't know it). Specifiers
/// are put into the shell's text, so only values of letters, digits and `.:_@-`, without a `-` in
/// front, are: an instance with another is not healthy, and no command is run for it.
class CommandCheck : public HealthCheck {
 public:
  /// Clock and stop request outlive the check. Where the process ignores SIGCHLD, it no longer
  /// does: nobody could learn how a command ended.
  CommandCheck(CheckPattern command,
               const Clock& clock,
               const StopRequest& stop,
               CommandLimits limits);

  /// At most `commands_at_once` at a time, each within its limit and its grace.
  std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override;

 private:
  CheckPattern command_;
  const Clock& clock_;
  const StopRequest& stop_;
  CommandLimits limits_;
};

}  // namespace scale_fleet
