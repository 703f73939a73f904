#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

/// How a program is to be run. Its stdin is closed, unless it is a terminal; its environment is
/// `environment` and of ours only what a sanitizer reads.
struct ProgramCall {
  std::string file;
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  bool stderr_is_terminal = false;           ///< 100 columns wide; lines then end in CR LF.
  bool stdin_is_terminal = false;            ///< That of stderr, which then is one too.
  std::optional<std::string> stdout_file{};  ///< Else stdout is captured.
  std::chrono::milliseconds limit{30'000};   ///< Of each wait; then the program is killed.
};

/// How it ended, and all that it wrote.
struct ProgramEnd {
  int exit_code = -1;  ///< -1 where a signal ended it.
  int signal = 0;      ///< That signal; 0 where it exited.
  bool ran_out_of_time = false;
  std::string out;
  std::string err;
};

/// A program that runs; killed, where it still does, with the object.
class RunningProgram {
 public:
  /// Throws where the system can't start it.
  explicit RunningProgram(const ProgramCall& call);
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;
  ~RunningProgram();

  /// Waits until stderr holds `text`; false where the program ended, or the time did, before.
  bool wait_for_err(const std::string& text);
  /// The same of stdout.
  bool wait_for_out(const std::string& text);
  /// Waits for a line of stdout that holds `before`, and gives what stands behind it there; nothing
  /// where the program ended, or the time did.
  std::optional<std::string> wait_for_out_line(const std::string& before);
  /// The same of stderr.
  std::optional<std::string> wait_for_err_line(const std::string& before);
  void send(int signal);
  /// Types on the terminal, whose echo then is in stderr.
  void type(const std::string& text);

  pid_t pid() const { return pid_; }

  /// Sends `signal` again and again until the program ends, then says how.
  ProgramEnd send_until_end(int signal);
  ProgramEnd wait();

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Deadline deadline() const { return std::chrono::steady_clock::now() + limit_; }

  /// Takes in what comes within `patience`; false where both ends are closed.
  bool read_some(std::chrono::milliseconds patience);
  bool wait_for(const std::string& captured, const std::string& text);
  std::optional<std::string> wait_for_line(const std::string& captured, const std::string& before);
  ProgramEnd reap();

  pid_t pid_ = -1;
  std::chrono::milliseconds limit_;
  FileDescriptor out_;
  FileDescriptor err_;
  ProgramEnd end_;
};

inline ProgramEnd run_program(const ProgramCall& call) {
  return RunningProgram(call).wait();
}

}  // namespace scale_fleet
