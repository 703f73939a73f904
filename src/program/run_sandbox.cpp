#include <fmt/format.h>

#include "cli/sandbox_arguments.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/fleet/template_file.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "scale_fleet/sandbox/fault_plan.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "scale_fleet/sandbox/sandbox_cloud.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {
namespace {

Result<FaultPlan> read_faults(const std::vector<std::string>& specs) {
  FaultPlan plan;
  for (const auto& spec : specs) {
    auto fault = parse_fault(spec);
    if (!fault) return tl::unexpected(fault.error());
    plan.add(std::move(*fault));
  }
  return plan;
}

Outcome submit_files(SandboxCluster& cluster,
                     const std::vector<std::string>& files,
                     Progress& progress) {
  for (const auto& path : files) {
    auto file = read_template_file(path, std::nullopt);
    if (!file) return tl::unexpected(file.error());
    for (const auto& warning : file->warnings)
      progress.warn(warning);
    cluster.put_unit(file->name, std::move(file->options), JobState::inactive);
  }
  return {};
}

}  // namespace

Result<int> run_sandbox(const Invocation& invocation) {
  const auto arguments = read_sandbox_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  auto faults = read_faults(arguments->faults);
  if (!faults) return tl::unexpected(faults.error());

  const auto progress = make_progress(invocation.options, invocation.environment);
  SignalStopRequest stop;
  SystemClock clock(stop);
  SandboxCluster cluster({.machines = sandbox_machines(arguments->machines),
                          .page_size = static_cast<std::uint16_t>(arguments->page_size),
                          .start_delay = arguments->start_delay,
                          .stop_delay = arguments->stop_delay,
                          .takes_new_options = !arguments->keeps_options},
                         clock.now());
  if (auto submitted = submit_files(cluster, arguments->files, *progress); !submitted) {
    return tl::unexpected(submitted.error());
  }
  SandboxApi api(cluster);
  FaultyApi faulty(
      [&api](const HttpRequest& request, TimePoint now) { return api.handle(request, now); },
      std::move(*faults));
  SandboxCloud cloud(cluster);
  const auto server = HttpServer::listen(arguments->listen, [&](const HttpRequest& request) {
    return SandboxCloud::is_asked(request) ? cloud.handle(request, clock.now())
                                           : faulty.handle(request, clock.now());
  });
  if (!server) return tl::unexpected(server.error());
  const auto printed = print_answer(fmt::format(
      "Listening on {}\nThis is a sandbox: it answers as Fleet does and runs no process. "
      "Stop it with Ctrl-C.\n",
      (*server)->endpoint()));
  if (!printed) return tl::unexpected(printed.error());
  while (!stop.requested())
    clock.wait_until(clock.now() + std::chrono::hours(1));
  return 0;
}

}  // namespace scale_fleet
