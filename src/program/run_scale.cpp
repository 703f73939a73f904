#include <algorithm>

#include "cli/command_table.hpp"
#include "cli/scale_arguments.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/find_sidekicks.hpp"
#include "scale_fleet/commands/scale_command.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "scale_fleet/core/sidekicks.hpp"
#include "scale_fleet/fleet/template_file.hpp"

namespace scale_fleet {
namespace {

Outcome read_template(ScaleArguments& scale) {
  if (!scale.template_file) return {};
  auto& request = scale.requests.front();
  auto file = read_template_file(*scale.template_file, request.service.template_name());
  if (!file) return tl::unexpected(file.error());
  request.template_to_submit = std::move(file->options);
  return {};
}

/// The answer where nothing could be begun.
ScaleReport not_begun(const std::vector<ScaleRequest>& requests, const Error& error) {
  ScaleReport report{.status = status_of(error.kind), .services = {}, .error = error};
  for (const auto& request : requests) {
    ServiceReport service{.service = request.service.display_name(), .status = report.status};
    if (request.count.kind == Count::Kind::absolute) service.desired = request.count.number;
    report.services.push_back(std::move(service));
    for (const auto& sidekick : request.sidekicks) {
      report.services.push_back(
          {.service = sidekick.display_name(), .status = report.status, .is_sidekick = true});
    }
  }
  return report;
}

/// Every service that may be changed.
std::vector<std::string> services_in(const std::vector<ScaleRequest>& requests) {
  std::vector<std::string> services;
  for (const auto& request : requests) {
    services.push_back(request.service.display_name());
    for (const auto& sidekick : request.sidekicks)
      services.push_back(sidekick.display_name());
  }
  return services;
}

/// Looks for the sidekicks that are to be found, so that they can be locked too.
Outcome complete(Session& session, std::vector<ScaleRequest>& requests) {
  if (auto found = find_sidekicks(session.world(), requests); !found) return found;
  return check_sidekicks(requests);
}

ScaleReport lock_and_scale(Session& session,
                           ScaleArguments& scale,
                           const std::string& command_line) {
  if (auto fine = complete(session, scale.requests); !fine) {
    return not_begun(scale.requests, fine.error());
  }
  if (!scale.options.dry_run) {
    const auto services = services_in(scale.requests);
    if (auto locked = session.lock(services, command_line); !locked) {
      // A lease that is lost while the next one is waited for ends that wait.
      return not_begun(scale.requests, session.stop().lost_lease().value_or(locked.error()));
    }
  }
  auto report = ScaleCommand(session.world(), scale.options).run(scale.requests);
  if (auto lost = session.stop().lost_lease()) {
    // Somebody else may have worked on it since: what is reported can't be vouched for.
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

void tell_left_alone(Progress& progress, const ScaleReport& report) {
  for (const auto& service : report.services) {
    for (const auto& unit : service.left_alone) {
      progress.tell(unit + ": left alone, it is not counted as an instance of " + service.service);
    }
  }
}

int exit_code(const ScaleReport& report, const ScaleOptions& options, const StopRequest& stop) {
  if (report.status == ScaleStatus::interrupted && stop.signal()) {
    return exit_code_of_signal(*stop.signal());
  }
  if (report.error && report.error->kind == ErrorKind::usage)
    return static_cast<int>(ExitCode::usage);
  return static_cast<int>(exit_code_of(report.status, options.detailed_exit_code));
}

}  // namespace

Result<int> run_scale(const Invocation& invocation) {
  auto scale = read_scale_arguments(invocation.arguments, command_table());
  if (!scale) return tl::unexpected(scale.error());
  if (auto read = read_template(*scale); !read) return tl::unexpected(read.error());
  auto session = Session::open(
      invocation.options, invocation.environment, {.parallel = scale->options.parallel});
  if (!session) return tl::unexpected(session.error());

  const auto report = lock_and_scale(**session, *scale, invocation.command_line);
  const auto world = (*session)->world();
  tell_left_alone(world.progress, report);
  const auto printed =
      print_answer(invocation.options.json ? scale_json(report) : scale_text(report));
  for (const auto& error : scale_errors(report))
    print_error(error);
  if (!printed) return tl::unexpected(printed.error());
  return exit_code(report, scale->options, world.stop);
}

}  // namespace scale_fleet
