#include "cli/command_table.hpp"

#include "cli/declared_options.hpp"
#include "cli/release_arguments.hpp"

namespace scale_fleet {
namespace {

std::vector<OptionWords> program_options() {
  return {
      {.flag = "--endpoint",
       .summary = "Where Fleet is: http://, https:// or unix:///PATH (default: fleetd's socket "
                  "where it is, else http://127.0.0.1:49153)",
       .takes = Takes::text,
       .value = "URL"},
      {.flag = "--ca-file",
       .summary = "Authorities that an https endpoint is verified with (default: the system's)",
       .takes = Takes::file,
       .value = "FILE"},
      {.flag = "--cert-file",
       .summary = "Certificate to show the endpoint",
       .takes = Takes::file,
       .value = "FILE"},
      {.flag = "--key-file",
       .summary = "Key of that certificate",
       .takes = Takes::file,
       .value = "FILE"},
      {.flag = "--request-timeout",
       .summary = "How long one request may take (default 10)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--retries",
       .summary = "How often a request that failed in passing is sent again (default 10)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--output",
       .summary = "Form of the answer on stdout",
       .takes = Takes::choice,
       .choices = {"text", "json"}},
      {.flag = "--quiet", .summary = "Show problems only"},
      {.flag = "--verbose", .summary = "Show every step with its reason"},
      {.flag = "--debug", .summary = "Show every request and reply, without secrets"},
      {.flag = "--no-color", .summary = "Use no colour (NO_COLOR does the same)"},
      {.flag = "--lock-etcd",
       .summary =
           "Hold a lease in etcd too, so that one scaler in the whole cluster works on a service",
       .takes = Takes::text,
       .value = "URL[,URL]"},
      {.flag = "--lock-timeout",
       .summary = "How long to wait for a lock that somebody holds (default 60)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--version", .summary = "Show the version"},
      {.flag = "--help", .summary = "Show help"},
  };
}

std::vector<OptionWords> scale_options() {
  auto options = changing_options();
  const std::vector<OptionWords> own{
      {.flag = "--no-block", .summary = "Return when Fleet has accepted, without waiting"},
      {.flag = "--timeout",
       .summary = "How long to wait until it is so, for each batch (default 300)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--batch",
       .summary = "Change N instances, wait until they are well, then the next N",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--current",
       .summary = "Only if exactly N are there now, else exit 5",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--min", .summary = "Never go below N", .takes = Takes::text, .value = "N"},
      {.flag = "--max", .summary = "Never go above N", .takes = Takes::text, .value = "N"},
      {.flag = "--scale-down-order",
       .summary = "Who goes first when there are too many (default idle-first)",
       .takes = Takes::choice,
       .choices = {"idle-first", "highest-first"}},
      {.flag = "--first-number",
       .summary = "The lowest number of a new instance, its port for example (default 1)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--number-step",
       .summary = "From one instance's number to the next (default 1)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--template-file",
       .summary = "Submit this unit file if Fleet has no template",
       .takes = Takes::file,
       .value = "FILE"},
  };
  options.insert(options.end(), own.begin(), own.end());
  return options;
}

std::vector<OptionWords> submit_options() {
  return {
      {.flag = "--name",
       .summary = "Name of the template (default: the file's name)",
       .takes = Takes::text,
       .value = "NAME"},
      {.flag = "--replace", .summary = "Overwrite a template that Fleet holds with another text"},
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
  };
}

std::vector<OptionWords> sandbox_options() {
  return {
      {.flag = "--listen",
       .summary =
           "Where to listen (default 127.0.0.1:49153; port 0 picks a free one; or unix:///PATH)",
       .takes = Takes::text,
       .value = "ADDRESS"},
      {.flag = "--machines",
       .summary = "Machines in the cluster (default 3)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--page-size",
       .summary = "Entries on a page of a list (default 100)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--start-delay",
       .summary = "How long a unit takes to start (default 1)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--stop-delay",
       .summary = "How long a unit takes to stop (default 1)",
       .takes = Takes::text,
       .value = "SECONDS"},
      {.flag = "--keeps-options",
       .summary = "Ignore new options of a unit that exists, as Fleet before 0.13 did"},
      {.flag = "--submit",
       .summary = "Unit file to begin with",
       .takes = Takes::file,
       .repeats = true,
       .value = "FILE"},
      {.flag = "--fault",
       .summary = "METHOD:PATH:TURN:KIND, for example PUT:/units/*:1:status=500",
       .takes = Takes::text,
       .repeats = true,
       .value = "SPEC"},
  };
}

CommandTable make_table() {
  return {
      .options = program_options(),
      .commands =
          {
              {.name = "scale",
               .summary = "Scale services to a count",
               .options = scale_options(),
               .takes = Takes::service},
              {.name = "status",
               .summary = "Show instances, their states and machines",
               .options = {{.flag = "--watch", .summary = "Show it again and again, until Ctrl-C"},
                           {.flag = "--interval",
                            .summary = "Seconds between two looks of --watch (default 2)",
                            .takes = Takes::text,
                            .value = "SECONDS"}},
               .takes = Takes::service,
               .repeats = true},
              {.name = "submit",
               .summary = "Put template units into Fleet",
               .options = submit_options(),
               .takes = Takes::file,
               .repeats = true},
              {.name = "deploy",
               .summary = "Release a new version in steps; undone if it fails",
               .options = release_options(ReleaseKind::deploy),
               .takes = Takes::service},
              {.name = "restart",
               .summary = "Restart a service's instances, step by step",
               .options = release_options(ReleaseKind::restart),
               .takes = Takes::service},
              {.name = "refresh",
               .summary = "Replace the instances that differ from the template",
               .options = release_options(ReleaseKind::refresh),
               .takes = Takes::service},
              {.name = "rollback",
               .summary = "Go back to the version before the last release",
               .options = release_options(ReleaseKind::rollback),
               .takes = Takes::service},
              {.name = "run",
               .summary = "Keep a declared file true, until stopped",
               .options = run_options(),
               .takes = Takes::file},
              {.name = "explain",
               .summary = "Show why the daemon keeps a service as it does",
               .options = {declared_file_option(),
                           {.flag = "--daemon",
                            .summary = "Where the daemon listens, instead of the file's place",
                            .takes = Takes::text,
                            .value = "ADDRESS"}},
               .takes = Takes::service},
              {.name = "config",
               .summary = "Check a file of declared services, or show it",
               .takes = Takes::choice,
               .choices = {"check", "show"},
               .takes_then = Takes::file},
              {.name = "events",
               .summary = "Show what the daemon has done, and why",
               .options = events_options()},
              {.name = "pause",
               .summary = "Let the daemon leave a service as it is",
               .options = pause_options(),
               .takes = Takes::service},
              {.name = "resume",
               .summary = "Let the daemon take a paused service up again",
               .options = {declared_file_option(), state_etcd_option()},
               .takes = Takes::service},
              {.name = "plan",
               .summary = "What apply would do; exit 3 if there is anything",
               .options = {state_etcd_option()},
               .takes = Takes::file},
              {.name = "apply",
               .summary = "Make the cluster match a file of services, once",
               .options = apply_options(),
               .takes = Takes::file},
              {.name = "nodes",
               .summary = "Scale the machines under Fleet",
               .options = nodes_options(),
               .takes = Takes::text},
              {.name = "sandbox",
               .summary = "A Fleet API on this machine, for trying",
               .options = sandbox_options()},
              {.name = "completion",
               .summary = "Print a script for the completion of these words",
               .takes = Takes::choice,
               .choices = {"bash", "zsh", "fish"}},
          },
      .default_command = "scale",
  };
}

}  // namespace

std::vector<OptionWords> changing_options() {
  return {
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
      {.flag = "--detailed-exitcode", .summary = "Exit with 3 where a dry run finds changes"},
      {.flag = "--parallel",
       .summary = "Requests at once (default 16)",
       .takes = Takes::text,
       .value = "N"},
      {.flag = "--stop-first",
       .summary = "Stop an instance and wait before destroying it (default auto: where it has stop "
                  "actions)",
       .takes = Takes::choice,
       .choices = {"auto", "always", "never"}},
      {.flag = "--with",
       .summary =
           "Services whose instances come and go with those of the same numbers; auto: those "
           "that say so (MachineOf=, BindsTo=, PartOf=)",
       .takes = Takes::service,
       .value = "SERVICE[,SERVICE]|auto"},
  };
}

const CommandTable& command_table() {
  static const CommandTable table = make_table();
  return table;
}

}  // namespace scale_fleet
