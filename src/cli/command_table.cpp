#include "cli/command_table.hpp"

namespace scale_fleet {
namespace {

std::vector<OptionWords> program_options() {
  return {
      {.flag = "--endpoint",
       .summary = "Where Fleet's API is: http, https or unix URL",
       .takes = Takes::text},
      {.flag = "--ca-file",
       .summary = "Authorities to verify the endpoint with",
       .takes = Takes::file},
      {.flag = "--cert-file", .summary = "Certificate to show the endpoint", .takes = Takes::file},
      {.flag = "--key-file", .summary = "Key of the certificate", .takes = Takes::file},
      {.flag = "--request-timeout",
       .summary = "Seconds that one request may take",
       .takes = Takes::text},
      {.flag = "--retries", .summary = "How often a request is tried again", .takes = Takes::text},
      {.flag = "--output",
       .summary = "Form of the answer on stdout",
       .takes = Takes::choice,
       .choices = {"text", "json"}},
      {.flag = "--quiet", .summary = "Show no progress"},
      {.flag = "--verbose", .summary = "Show why each step is made"},
      {.flag = "--debug", .summary = "Show every request and reply"},
      {.flag = "--no-color", .summary = "Use no color"},
      {.flag = "--lock-etcd",
       .summary = "etcd that keeps a lock for the whole cluster",
       .takes = Takes::text},
      {.flag = "--lock-timeout",
       .summary = "Seconds to wait for a lock that another holds",
       .takes = Takes::text},
      {.flag = "--version", .summary = "Show the version"},
      {.flag = "--help", .summary = "Show help"},
  };
}

std::vector<OptionWords> scale_options() {
  return {
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
      {.flag = "--detailed-exitcode", .summary = "Exit with 3 where a dry run finds changes"},
      {.flag = "--no-block", .summary = "Return when Fleet has accepted"},
      {.flag = "--timeout", .summary = "Seconds to wait until it is so", .takes = Takes::text},
      {.flag = "--parallel", .summary = "Requests at once", .takes = Takes::text},
      {.flag = "--batch",
       .summary = "Change so many, wait until they are well, then go on",
       .takes = Takes::text},
      {.flag = "--current", .summary = "Only if so many are there now", .takes = Takes::text},
      {.flag = "--min", .summary = "Never fewer than this", .takes = Takes::text},
      {.flag = "--max", .summary = "Never more than this", .takes = Takes::text},
      {.flag = "--stop-first",
       .summary = "Stop units before they are destroyed",
       .takes = Takes::choice,
       .choices = {"auto", "always", "never"}},
      {.flag = "--scale-down-order",
       .summary = "Which instances go first",
       .takes = Takes::choice,
       .choices = {"idle-first", "highest-first"}},
      {.flag = "--template-file",
       .summary = "Submit this template if Fleet has none",
       .takes = Takes::file},
  };
}

std::vector<OptionWords> submit_options() {
  return {
      {.flag = "--name", .summary = "Name of the template", .takes = Takes::text},
      {.flag = "--replace", .summary = "Replace a template that differs"},
      {.flag = "--dry-run", .summary = "Show the plan and change nothing"},
  };
}

std::vector<OptionWords> sandbox_options() {
  return {
      {.flag = "--listen", .summary = "Address to listen at", .takes = Takes::text},
      {.flag = "--machines", .summary = "Machines in the cluster", .takes = Takes::text},
      {.flag = "--page-size", .summary = "Entries of a list's page", .takes = Takes::text},
      {.flag = "--start-delay", .summary = "Seconds that a unit starts", .takes = Takes::text},
      {.flag = "--stop-delay", .summary = "Seconds that a unit stops", .takes = Takes::text},
      {.flag = "--submit",
       .summary = "Template to begin with",
       .takes = Takes::file,
       .repeats = true},
      {.flag = "--fault", .summary = "A fault to inject", .takes = Takes::text, .repeats = true},
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
               .options = {{.flag = "--watch", .summary = "Show it again and again"},
                           {.flag = "--interval",
                            .summary = "Seconds between two looks",
                            .takes = Takes::text}},
               .takes = Takes::service,
               .repeats = true},
              {.name = "submit",
               .summary = "Put template units into Fleet",
               .options = submit_options(),
               .takes = Takes::file,
               .repeats = true},
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

const CommandTable& command_table() {
  static const CommandTable table = make_table();
  return table;
}

}  // namespace scale_fleet
