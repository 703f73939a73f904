#include "cli/events_arguments.hpp"

#include <fmt/format.h>

#include "cli/run_arguments.hpp"
#include "cli/settings.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view default_declared_file = "/etc/scale-fleet/services.yaml";

Result<WallTime> read_since(const std::string& text, WallTime now) {
  if (const auto duration = parse_duration(text)) return now - *duration;
  if (const auto moment = parse_wall_time(text)) return *moment;
  return failure(ErrorKind::usage,
                 fmt::format("--since takes a duration (90s, 1h30m, 2d) or a moment "
                             "(2026-11-21T08:15:00Z), not '{}'",
                             printable(text)));
}

}  // namespace

std::filesystem::path declared_file_path(const Arguments& arguments,
                                         const Environment& environment) {
  const auto setting =
      find_setting({.arguments = arguments, .environment = environment, .file = {}}, "file");
  return setting ? setting->text : std::string(default_declared_file);
}

Result<EventsArguments> read_events_arguments(const Arguments& arguments, WallTime now) {
  if (!arguments.words.empty()) {
    return failure(ErrorKind::usage,
                   fmt::format("events takes no words: write scale-fleet events --service {}",
                               printable(arguments.words.front())));
  }
  EventsArguments events{
      .service = {}, .since = {}, .follow = arguments.has("--follow"), .file = {}};
  if (const auto setting = flag_value(arguments, "--events")) events.file = setting->text;
  if (const auto setting = flag_value(arguments, "--service")) events.service = setting->text;
  if (const auto setting = flag_value(arguments, "--since")) {
    const auto since = read_since(setting->text, now);
    if (!since) return tl::unexpected(since.error());
    events.since = *since;
  }
  return events;
}

Result<PauseArguments> read_pause_arguments(const Arguments& arguments) {
  if (arguments.words.size() != 1) {
    return failure(
        ErrorKind::usage,
        fmt::format("{0} takes one service: write scale-fleet {0} SERVICE", arguments.command));
  }
  PauseArguments pause{.service = arguments.words.front(),
                       .duration = {},
                       .down_only = arguments.has("--down-only"),
                       .etcd = {}};
  auto etcd = read_etcd_members(arguments);
  if (!etcd) return tl::unexpected(etcd.error());
  pause.etcd = std::move(*etcd);
  if (const auto setting = flag_value(arguments, "--for")) {
    pause.duration = parse_duration(setting->text);
    if (!pause.duration || *pause.duration <= Millis(0)) {
      return failure(ErrorKind::usage,
                     fmt::format("--for takes a duration (90s, 1h30m, 2d), not '{}'",
                                 printable(setting->text)));
    }
  }
  return pause;
}

}  // namespace scale_fleet
