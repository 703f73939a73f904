#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/nodes/node_group.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// What a group that a program knows is reached by. Clock and stop request outlive the group.
struct CommandWorld {
  const Clock& clock;
  const StopRequest& stop;
  std::vector<std::string> environment;      ///< The program's, all of it: `NAME=value`.
  Duration limit = std::chrono::minutes(1);  ///< Of each run; then its process group gets SIGTERM,
  Duration grace = std::chrono::seconds(5);  ///< and so much later SIGKILL.
};

/// A group of machines behind a program of the user's, for clouds that we don't know. It is run
/// without a shell, with an empty stdin, as
///
///     PROGRAM [ARGUMENTS...] look GROUP
///     PROGRAM [ARGUMENTS...] set GROUP FROM TO
///     PROGRAM [ARGUMENTS...] remove GROUP ID FROM TO
///
/// `look` writes the desired count in its first line, and a line `ID [ADDRESS]` for each machine: a
/// word as the cloud has it, and its IP address within the cluster where it has one. A program that
/// writes only the count is fine; then machines can't be told apart. `set` asks for TO machines in
/// all, `remove` ends that machine and makes TO (one less than FROM) the desired count; FROM is
/// what `look` said last, so that a program can see that somebody else has changed it. What they
/// write to stdout isn't read.
///
/// Exit code 0 means done; 75 (EX_TEMPFAIL of sysexits.h) that it can't be done now
/// (ErrorKind::precondition); any other is ErrorKind::refused. The first line on stderr says why. A
/// `look` whose stdout can't be understood, or is longer than a megabyte, is ErrorKind::refused,
/// and never a count of 0. A run that lasts too long is timed_out, and may have done its work.
///
/// `command` is the program (with a slash a path, else looked for on PATH) and its arguments, at
/// least one word.
std::unique_ptr<NodeGroup> make_command_node_group(std::string name,
                                                   std::vector<std::string> command,
                                                   CommandWorld world);

}  // namespace scale_fleet
