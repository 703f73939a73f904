#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// The URLs of --etcd; none where it wasn't given. Errors are those of parse_etcd_endpoints().
Result<std::vector<std::string>> read_etcd_members(const Arguments& arguments);

/// What `scale-fleet run` was given.
struct RunArguments {
  std::filesystem::path file;
  bool once = false;
  bool dry_run = false;
  bool pause = false;
  std::optional<std::string> listen;            ///< Beats the file's; `none`: nowhere.
  std::vector<std::string> etcd;                ///< URLs; they beat the file's where there are any.
  std::optional<std::filesystem::path> events;  ///< Beats the file's.
};

/// Errors are ErrorKind::usage, in one sentence.
Result<RunArguments> read_run_arguments(const Arguments& arguments);

}  // namespace scale_fleet
