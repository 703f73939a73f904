#pragma once

#include <optional>
#include <string>

#include "cli/arguments.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// `scale-fleet nodes N`, understood.
struct NodesArguments {
  Count count;
  std::optional<std::string> group;  ///< Empty: the file's only one.
  bool dry_run = false;
  bool no_block = false;
  std::optional<Duration> timeout;  ///< Empty: as the file says.
};

/// Errors are ErrorKind::usage, in one sentence.
Result<NodesArguments> read_nodes_arguments(const Arguments& arguments);

/// The group of the file that is meant. Errors are ErrorKind::usage: the file has none of that
/// name (with the nearest), none at all, or several where none is named.
Result<DeclaredNodes> choose_nodes(const DeclaredFile& file,
                                   const std::optional<std::string>& group);

}  // namespace scale_fleet
