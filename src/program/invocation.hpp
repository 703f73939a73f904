#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/program_options.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// One call of the program, its options understood; what the command makes of the rest it says
/// itself.
struct Invocation {
  Arguments arguments;
  ProgramOptions options;
  Environment environment;
  std::optional<DeclaredFile> declared;  ///< Of a command that takes one.
  std::string command_line;              ///< For others to read: without secrets, and short.
  std::string command_to_repeat;         ///< For a shell: without secrets.
};

// One function for each command: returns the program's exit code. Errors that belong to the answer
// are in it; usage errors are returned before anything is sent.

Result<int> run_scale(const Invocation& invocation);
Result<int> run_release(const Invocation& invocation);
Result<int> run_status(const Invocation& invocation);
Result<int> run_submit(const Invocation& invocation);
Result<int> run_config(const Invocation& invocation);
Result<int> run_events(const Invocation& invocation);
Result<int> run_pause(const Invocation& invocation);
Result<int> run_resume(const Invocation& invocation);
Result<int> run_nodes(const Invocation& invocation);
Result<int> run_plan(const Invocation& invocation);
Result<int> run_apply(const Invocation& invocation);
Result<int> run_sandbox(const Invocation& invocation);
Result<int> run_daemon(const Invocation& invocation);
Result<int> run_explain(const Invocation& invocation);
Result<int> run_completion(const Invocation& invocation);

/// The whole program: reads the command line, the environment and the settings file, runs the
/// command, prints what went wrong, and returns the exit code. Never throws for what users do.
int run_program(const std::vector<std::string>& argv, const Environment& environment);

}  // namespace scale_fleet
