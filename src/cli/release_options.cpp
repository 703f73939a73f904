#include "cli/release_arguments.hpp"

namespace scale_fleet {
namespace {

std::vector<OptionWords> source_options() {
  return {
      {.flag = "--from",
       .summary = "The new version: a unit file or a unit.json",
       .takes = Takes::file,
       .value = "FILE"},
      {.flag = "--from-service",
       .summary = "The new version is the template of this service",
       .takes = Takes::service,
       .value = "SERVICE"},
      {.flag = "--replaces",
       .summary =
           "The service whose place it takes, beside which it is started and which then goes",
       .takes = Takes::service,
       .value = "SERVICE"},
      {.flag = "--count",
       .summary = "Instances at the end (default: as many as there are)",
       .takes = Takes::text,
       .value = "N"},
  };
}

std::vector<OptionWords> step_options() {
  return {
      {.flag = "--max-surge",
       .summary = "So many more than the count may exist on the way (default 1; or a percentage)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--max-unavailable",
       .summary = "So many fewer may be healthy on the way (default 0; or a percentage)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--canary",
       .summary = "Renew so many first, and watch them for --canary-time",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--canary-time",
       .summary = "How long the canaries must stay well (default 0, and --settle)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--pause-between",
       .summary = "How much longer than --settle each step's instances must stay well (default 0)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--on-failure",
       .summary = "What to do when a step fails (default rollback: undo all)",
       .takes = Takes::choice,
       .choices = {"rollback", "stop"}},
      {.flag = "--timeout",
       .summary = "How long to wait for each step's instances (default 300)",
       .takes = Takes::text,
       .value = "SECONDS"},
  };
}

}  // namespace

std::vector<OptionWords> release_options(ReleaseKind kind) {
  std::vector<OptionWords> options;
  if (kind == ReleaseKind::deploy) options = source_options();
  for (const auto& more : {changing_options(), step_options(), health_options()})
    options.insert(options.end(), more.begin(), more.end());
  return options;
}

}  // namespace scale_fleet
