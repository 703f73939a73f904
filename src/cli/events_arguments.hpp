#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/platform/terminal.hpp"

namespace scale_fleet {

/// Where the declared file is for commands that take its name as an option: --file, else
/// SCALE_FLEET_FILE, else /etc/scale-fleet/services.yaml.
std::filesystem::path declared_file_path(const Arguments& arguments,
                                         const Environment& environment);

/// What `scale-fleet events` was given.
struct EventsArguments {
  std::optional<std::string> service;  ///< As it was typed.
  std::optional<WallTime> since;
  bool follow = false;
  std::optional<std::filesystem::path> file;  ///< Beats the declared file's place of events.
};

/// `--since` is a duration before `now`, or a moment. Errors are ErrorKind::usage, in one sentence.
Result<EventsArguments> read_events_arguments(const Arguments& arguments, WallTime now);

/// What `scale-fleet pause` was given; of `scale-fleet resume` the service alone.
struct PauseArguments {
  std::string service;             ///< As it was typed.
  std::optional<Millis> duration;  ///< Above 0.
  bool down_only = false;
  std::vector<std::string> etcd;  ///< As in RunArguments.
};

/// Errors are ErrorKind::usage, in one sentence.
Result<PauseArguments> read_pause_arguments(const Arguments& arguments);

}  // namespace scale_fleet
