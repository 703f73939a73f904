#include "cli/health_arguments.hpp"

#include <fmt/format.h>

#include "cli/settings.hpp"

namespace scale_fleet {
namespace {

/// Longer, an instance that never answers would hold up a release for good.
constexpr Duration longest_gate = std::chrono::hours(1);

Outcome read_times(const Arguments& arguments, HealthArguments& health) {
  if (const auto setting = flag_value(arguments, "--check-timeout")) {
    const auto timeout = to_seconds(*setting, std::chrono::milliseconds(100), longest_gate);
    if (!timeout) return tl::unexpected(timeout.error());
    health.check.timeout = *timeout;
  }
  if (const auto setting = flag_value(arguments, "--check-count")) {
    const auto count = to_whole_number(*setting, 1, 1000);
    if (!count) return tl::unexpected(count.error());
    health.count = static_cast<int>(*count);
  }
  if (const auto setting = flag_value(arguments, "--settle")) {
    const auto settle = to_seconds(*setting, Duration::zero(), longest_gate);
    if (!settle) return tl::unexpected(settle.error());
    health.settle = *settle;
  }
  return {};
}

}  // namespace

Result<HealthArguments> read_health_arguments(const Arguments& arguments) {
  HealthArguments health;
  if (const auto setting = flag_value(arguments, "--check-http")) health.check.http = setting->text;
  if (const auto setting = flag_value(arguments, "--check-cmd"))
    health.check.command = setting->text;
  if (const auto setting = flag_value(arguments, "--check-ca-file")) {
    if (!health.check.http) {
      return failure(ErrorKind::usage, "--check-ca-file is for --check-http: give that too");
    }
    health.check.ca_file = setting->text;
  }
  if (auto read = read_times(arguments, health); !read) return tl::unexpected(read.error());
  for (const auto* flag : {"--check-timeout", "--check-count"}) {
    if (arguments.has(flag) && health.check.is_empty()) {
      return failure(
          ErrorKind::usage,
          fmt::format("{} is for --check-http or --check-cmd: give one of them too", flag));
    }
  }
  if (auto fine = check_patterns(health.check); !fine) return tl::unexpected(fine.error());
  return health;
}

std::vector<OptionWords> health_options() {
  return {
      {.flag = "--check-http",
       .summary = "An instance counts when this answers with 200 to 399: ':%i/health' on its "
                  "machine, or a whole URL (%i number, %p prefix, %n unit, %h address of the "
                  "machine, %% percent sign)",
       .takes = Takes::text,
       .value = "URL"},
      {.flag = "--check-cmd",
       .summary = "An instance counts when this shell command exits with 0 (the same letters; also "
                  "in SCALE_FLEET_UNIT, _SERVICE, _NUMBER and _MACHINE_IP)",
       .takes = Takes::text,
       .value = "COMMAND"},
      {.flag = "--check-ca-file",
       .summary =
           "Authorities that --check-http verifies an https URL with (default: the system's)",
       .takes = Takes::file,
       .value = "FILE"},
      {.flag = "--check-timeout",
       .summary = "How long one check may take (default 5)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--check-count",
       .summary = "How often on end an instance must pass its checks (default 1)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--settle",
       .summary = "How long an instance must stay well to count (default 5)",
       .takes = Takes::text,
       .value = "SECONDS"},
  };
}

}  // namespace scale_fleet
