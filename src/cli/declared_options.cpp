#include "cli/declared_options.hpp"

namespace scale_fleet {
namespace {

OptionWords events_file_option() {
  return {.flag = "--events",
          .summary = "Where events are written, instead of the file's place",
          .takes = Takes::file,
          .value = "FILE"};
}

OptionWords etcd_option(std::string_view of_what) {
  return {.flag = "--etcd", .summary = of_what, .takes = Takes::text, .value = "URL[,URL]"};
}

}  // namespace

OptionWords state_etcd_option() {
  return etcd_option("The etcd of the state, instead of the file's");
}

std::vector<OptionWords> apply_options() {
  return {
      state_etcd_option(),
      events_file_option(),
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
      {.flag = "--detailed-exitcode", .summary = "Exit with 3 where a dry run finds changes"},
      {.flag = "--parallel",
       .summary = "Requests at once (default 16)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--timeout",
       .summary = "How long to wait until the services that come up together are well (default: "
                  "as the file says)",
       .takes = Takes::text,
       .value = "SECONDS"},
  };
}

std::vector<OptionWords> run_options() {
  return {
      {.flag = "--once", .summary = "Decide and act once, then end"},
      {.flag = "--dry-run", .summary = "Decide and tell, and change nothing anywhere"},
      {.flag = "--pause", .summary = "Begin with every service paused (resume ends that)"},
      {.flag = "--listen",
       .summary = "Where status and metrics are served, instead of the file's place (default "
                  "127.0.0.1:49160; none: nowhere)",
       .takes = Takes::text,
       .value = "ADDRESS"},
      etcd_option("The etcd of metrics and state, instead of the file's"),
      events_file_option(),
  };
}

OptionWords declared_file_option() {
  return {.flag = "--file",
          .summary = "The declared file (default /etc/scale-fleet/services.yaml)",
          .takes = Takes::file,
          .value = "FILE"};
}

std::vector<OptionWords> events_options() {
  return {
      {.flag = "--service",
       .summary = "Of this service alone",
       .takes = Takes::service,
       .value = "SERVICE"},
      {.flag = "--since",
       .summary = "Those of the last 90s, 1h30m, 2d; or from a moment on: 2026-11-21T08:15:00Z",
       .takes = Takes::text,
       .value = "TIME"},
      {.flag = "--follow", .summary = "Show those that come as well, until Ctrl-C"},
      declared_file_option(),
      events_file_option(),
  };
}

std::vector<OptionWords> pause_options() {
  return {
      {.flag = "--for",
       .summary = "How long: 90s, 1h30m, 2d (default: until it is resumed)",
       .takes = Takes::text,
       .value = "DURATION"},
      {.flag = "--down-only", .summary = "It may still be scaled up"},
      declared_file_option(),
      state_etcd_option(),
  };
}

std::vector<OptionWords> nodes_options() {
  return {
      {.flag = "--group",
       .summary = "Which of the file's groups (default: the only one)",
       .takes = Takes::text,
       .value = "NAME"},
      declared_file_option(),
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
      {.flag = "--no-block",
       .summary = "Return when the machines are asked for, or emptied and told to end"},
      {.flag = "--timeout",
       .summary = "How long new machines are waited for, and instances until they run elsewhere "
                  "(default: as the file says)",
       .takes = Takes::text,
       .value = "SECONDS"},
  };
}

}  // namespace scale_fleet
