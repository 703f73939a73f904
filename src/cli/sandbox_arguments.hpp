#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// What `scale-fleet sandbox` was given; files and fault texts aren't read yet.
struct SandboxArguments {
  std::string listen = "127.0.0.1:49153";
  unsigned machines = 3;
  unsigned page_size = 100;
  Duration start_delay = std::chrono::seconds(1);
  Duration stop_delay = std::chrono::seconds(1);
  bool keeps_options = false;
  std::vector<std::string> files;
  std::vector<std::string> faults;
};

/// Errors are ErrorKind::usage, in one sentence.
Result<SandboxArguments> read_sandbox_arguments(const Arguments& arguments);

}  // namespace scale_fleet
