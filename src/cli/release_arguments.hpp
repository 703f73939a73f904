#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/command_table.hpp"
#include "cli/health_arguments.hpp"
#include "scale_fleet/commands/release_command.hpp"
#include "scale_fleet/core/release_plan.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// `scale-fleet deploy SERVICE ...`, or restart, refresh, rollback, understood.
struct ReleaseArguments {
  ReleaseRequest request;
  ReleaseOptions options;
  HealthArguments health;
  /// `--from FILE`, yet to be read.
  std::optional<std::string> file;
  /// `--with`, as a scale of the service has it.
  ScaleRequest sidekicks;
};

/// Errors are ErrorKind::usage, in one sentence.
Result<ReleaseArguments> read_release_arguments(const Arguments& arguments);

/// The options of the command of that kind.
std::vector<OptionWords> release_options(ReleaseKind kind);

}  // namespace scale_fleet
