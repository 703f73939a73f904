#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// `scale-fleet plan FILE` or `apply FILE`, understood.
struct DeclaredArguments {
  std::filesystem::path file;
  ScaleOptions options;
  /// Of each wave; empty: as long as its services say.
  std::optional<Duration> timeout;
  std::optional<std::filesystem::path> events;  ///< Beats the file's place.
  std::vector<std::string> etcd;                ///< Of the state; empty: the file's.
};

/// Whether a command reads a declared file, which may then say where Fleet is.
bool takes_declared_file(const std::string& command);

/// Errors are ErrorKind::usage, in one sentence.
Result<DeclaredArguments> read_declared_arguments(const Arguments& arguments);

}  // namespace scale_fleet
