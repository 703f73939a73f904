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

}  // namespace scale_fleet
