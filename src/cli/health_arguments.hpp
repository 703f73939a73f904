#pragma once

#include <vector>

#include "cli/arguments.hpp"
#include "cli/command_table.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/health/make_health_check.hpp"

namespace scale_fleet {

/// What an instance must do to count, as the command line says it.
struct HealthArguments {
  HealthCheckOptions check;
  int count = 1;                              ///< So often on end it must answer.
  Duration settle = std::chrono::seconds(5);  ///< For Patience::well.

  /// For Goal::answers: none where nobody is asked.
  int answers() const { return check.is_empty() ? 0 : count; }
};

/// Errors are ErrorKind::usage, in one sentence; they come before anything is sent.
Result<HealthArguments> read_health_arguments(const Arguments& arguments);

/// The options that it reads, for a command that has them.
std::vector<OptionWords> health_options();

}  // namespace scale_fleet
