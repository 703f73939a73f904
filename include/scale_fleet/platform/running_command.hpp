#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

/// Of a stdout that is kept.
inline constexpr std::size_t longest_kept_output = 1024UL * 1024;

struct CommandCall {
  std::string command = {};  ///< For `/bin/sh -c`; or
  /// a program, looked for on our PATH where it has no slash, and its arguments: no shell reads
  /// them.
  std::vector<std::string> words = {};
  /// Whether stdout is kept, apart from stderr.
  bool keeps_stdout = false;
  std::vector<std::string> environment;  ///< All of it: `NAME=value`.
  TimePoint until;                       ///< Then it is told to end,
  Duration grace{};                      ///< and so much later it is killed.
};

struct CommandEnd {
  int exit_code = -1;  ///< -1 where a signal ended it.
  int signal = 0;      ///< That signal; 0 where it exited.
  bool ran_out_of_time = false;
  /// Of all that it wrote, or of stderr alone where stdout is kept, the first line that isn't
  /// empty; at most 4 KB.
  std::string first_line;
  std::string kept;            ///< What it wrote to stdout, where that is kept.
  bool kept_too_long = false;  ///< There was more; what is above is the start.
};

/// Our own environment, as a command takes it.
std::vector<std::string> environment_of_ours();

/// To be called once before commands are started: where the process ignores SIGCHLD, it no longer
/// does. Nobody could learn how a command ended.
void let_commands_be_awaited();

/// A command in a process group of its own, stdin empty, its output read here. When it ends, and at
/// the latest with the object, what is left of its group is killed and it is reaped.
class RunningCommand {
 public:
  /// The error says what the system said.
  static Result<std::unique_ptr<RunningCommand>> start(CommandCall call);

  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;
  ~RunningCommand();

  /// For poll(): readable when it wrote something; -1 once it has closed its output.
  int output() const { return output_.number(); }

  /// The same of a stdout that is kept, else -1.
  int kept_output() const { return kept_output_.number(); }

  /// Takes what it wrote, tells it to end where that is due, and says how it ended once it did.
  /// Waits for nothing.
  std::optional<CommandEnd> advance(TimePoint now);
  /// Not to be waited for any longer than for its grace.
  void end_at(TimePoint now);

 private:
  RunningCommand(CommandCall call, pid_t pid, FileDescriptor output, FileDescriptor kept_output)
      : call_(std::move(call)),
        pid_(pid),
        output_(std::move(output)),
        kept_output_(std::move(kept_output)) {}

  void take_output();
  void take_kept_output();
  int kill_group_and_reap();

  CommandCall call_;
  pid_t pid_;
  FileDescriptor output_;
  FileDescriptor kept_output_;
  std::string written_;  // Its start.
  std::string kept_;
  bool kept_too_long_ = false;
  bool told_to_end_ = false;  // Or killed because its time was over.
};

}  // namespace scale_fleet
