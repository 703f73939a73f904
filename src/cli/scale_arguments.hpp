#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// `scale-fleet SERVICE COUNT` or `SERVICE=COUNT...`, understood.
struct ScaleArguments {
  std::vector<ScaleRequest> requests;
  ScaleOptions options;
  std::optional<std::string> template_file;
};

/// Every wish is checked before any is returned. Errors are ErrorKind::usage, in one sentence, with
/// the subcommand that a first word resembles.
Result<ScaleArguments> read_scale_arguments(const Arguments& arguments, const CommandTable& table);

// Options that other commands have too. Errors are ErrorKind::usage.

/// --dry-run, --detailed-exitcode, --no-block, --timeout, --parallel and --batch.
Outcome read_options(const Arguments& arguments, ScaleOptions& options);
Outcome read_stop_first(const Arguments& arguments, StopFirst& stop_first);
/// `--with auto`, for each service, or the sidekicks of the one service that is named.
Outcome read_sidekicks(const Arguments& arguments, std::vector<ScaleRequest>& requests);

}  // namespace scale_fleet
