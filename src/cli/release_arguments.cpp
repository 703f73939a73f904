#include "cli/release_arguments.hpp"

#include <fmt/format.h>

#include "cli/scale_arguments.hpp"
#include "cli/settings.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr Duration longest_pause = std::chrono::hours(24 * 7);

ReleaseKind kind_of(const std::string& command) {
  for (const auto kind : {ReleaseKind::restart, ReleaseKind::refresh, ReleaseKind::rollback}) {
    if (command == to_string(kind)) return kind;
  }
  return ReleaseKind::deploy;
}

Result<Service> read_service(const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() == 1) return Service::parse(words.front());
  const auto what = words.empty() ? std::string("no service is given")
                                  : fmt::format("'{}' is one word too many", printable(words[1]));
  const auto* rest = arguments.command == "deploy" ? " --from FILE" : "";
  return failure(ErrorKind::usage,
                 fmt::format("{}: write scale-fleet {} my_app{}", what, arguments.command, rest));
}

Outcome read_seconds(const Arguments& arguments, const std::string& flag, Duration& value) {
  const auto setting = flag_value(arguments, flag);
  if (!setting) return {};
  const auto seconds = to_seconds(*setting, Duration::zero(), longest_pause);
  if (!seconds) return tl::unexpected(seconds.error());
  value = *seconds;
  return {};
}

Outcome read_share(const Arguments& arguments, const std::string& flag, Share& value) {
  const auto setting = flag_value(arguments, flag);
  if (!setting) return {};
  const auto share = Share::parse(setting->text);
  if (!share) {
    return failure(ErrorKind::usage, fmt::format("{}: {}", flag, share.error().message));
  }
  value = *share;
  return {};
}

Outcome read_other_service(const Arguments& arguments,
                           const std::string& flag,
                           std::optional<Service>& value) {
  const auto setting = flag_value(arguments, flag);
  if (!setting) return {};
  const auto service = Service::parse(setting->text);
  if (!service) {
    return failure(ErrorKind::usage, fmt::format("{}: {}", flag, service.error().message));
  }
  value = *service;
  return {};
}

Outcome read_source(const Arguments& arguments, ReleaseArguments& release) {
  auto& request = release.request;
  if (request.kind != ReleaseKind::deploy) return {};
  if (auto read = read_other_service(arguments, "--replaces", request.replaces); !read) return read;
  if (auto read = read_other_service(arguments, "--from-service", request.text_of); !read)
    return read;
  if (const auto setting = flag_value(arguments, "--from")) release.file = setting->text;
  if (request.replaces == request.service) {
    return failure(ErrorKind::usage,
                   fmt::format("{} can't replace itself: leave --replaces out, and its instances "
                               "are replaced in place",
                               request.service.display_name()));
  }
  if (release.file.has_value() != request.text_of.has_value()) return {};
  return failure(ErrorKind::usage,
                 fmt::format("it {} what {} is to run: give --from FILE or --from-service SERVICE",
                             release.file ? "is said twice" : "isn't said",
                             request.service.display_name()));
}

Outcome read_limits(const Arguments& arguments, ReleaseRequest& request) {
  if (auto read = read_share(arguments, "--max-surge", request.max_surge); !read) return read;
  if (auto read = read_share(arguments, "--max-unavailable", request.max_unavailable); !read)
    return read;
  if (auto read = read_number(arguments, "--canary", 1, max_count, request.canary); !read)
    return read;
  if (auto read = read_number(arguments, "--count", 0, max_count, request.count); !read)
    return read;
  if (request.max_surge.number > 0 || request.max_unavailable.number > 0) return {};
  return failure(ErrorKind::usage,
                 "with --max-surge 0 and --max-unavailable 0 no instance could ever be changed: "
                 "allow one more or one fewer");
}

Outcome read_options(const Arguments& arguments,
                     const HealthArguments& health,
                     ReleaseOptions& options) {
  if (auto read = read_options(arguments, options.scale); !read) return read;
  options.settle = health.settle;
  options.answers = health.answers();
  if (auto read = read_seconds(arguments, "--canary-time", options.canary_time); !read) return read;
  if (auto read = read_seconds(arguments, "--pause-between", options.pause_between); !read)
    return read;
  if (const auto setting = flag_value(arguments, "--on-failure")) {
    const auto choice = to_choice(*setting, {"rollback", "stop"});
    if (!choice) return tl::unexpected(choice.error());
    options.on_failure = *choice == 0 ? OnFailure::undo : OnFailure::stop;
  }
  if (arguments.has("--canary-time") && !arguments.has("--canary")) {
    return failure(ErrorKind::usage, "--canary-time is for --canary N: give both or neither");
  }
  return {};
}

}  // namespace

Result<ReleaseArguments> read_release_arguments(const Arguments& arguments) {
  const auto service = read_service(arguments);
  if (!service) return tl::unexpected(service.error());
  ReleaseArguments release{
      .request = {.kind = kind_of(arguments.command), .service = *service, .replaces = {}},
      .sidekicks = {.service = *service, .count = {}}};
  auto& request = release.request;
  if (auto read = read_source(arguments, release); !read) return tl::unexpected(read.error());
  if (auto read = read_limits(arguments, request); !read) return tl::unexpected(read.error());
  if (auto read = read_stop_first(arguments, request.stop_first); !read)
    return tl::unexpected(read.error());
  auto health = read_health_arguments(arguments);
  if (!health) return tl::unexpected(health.error());
  release.health = std::move(*health);
  if (auto read = read_options(arguments, release.health, release.options); !read)
    return tl::unexpected(read.error());
  std::vector<ScaleRequest> with{release.sidekicks};
  if (auto read = read_sidekicks(arguments, with); !read) return tl::unexpected(read.error());
  release.sidekicks = with.front();
  return release;
}

}  // namespace scale_fleet
