#include <algorithm>

#include "cli/declared_arguments.hpp"
#include "program/console.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/apply_command.hpp"
#include "scale_fleet/commands/show_scale.hpp"
#include "scale_fleet/daemon/apply_events.hpp"
#include "scale_fleet/daemon/event_file.hpp"
#include "scale_fleet/daemon/show_events.hpp"

namespace scale_fleet {
namespace {

/// Every service that may be changed.
std::vector<std::string> services_in(const DeclaredFile& file) {
  std::vector<std::string> services;
  for (const auto& declared : file.services) {
    services.push_back(declared.service.display_name());
    for (const auto& sidekick : declared.attached)
      services.push_back(sidekick.service.display_name());
  }
  return services;
}

ScaleReport nothing_begun(const Error& error) {
  return {.status = status_of(error.kind), .services = {}, .error = error};
}

/// What shall be.
struct Wanted {
  const DeclaredFile& file;
  const DeclaredTexts& texts;
  const std::set<std::string>& held_up;  ///< Those that may not be scaled down.
};

ScaleReport lock_and_apply(Session& session,
                           const DeclaredArguments& arguments,
                           const Wanted& wanted,
                           const std::string& holder) {
  const auto& file = wanted.file;
  auto world = session.world();
  if (!arguments.options.dry_run) {
    if (auto locked = session.lock(services_in(file), holder); !locked)
      return nothing_begun(session.stop().lost_lease().value_or(locked.error()));
  }
  const auto look = look_at_cluster(world.fleet);
  if (!look) return nothing_begun(look.error());
  const auto requests =
      declared_requests(file, wanted.texts, *look, system_wall_time(), wanted.held_up);
  auto report =
      ApplyCommand(world, arguments.options, arguments.timeout).run(file, requests, *look);
  if (auto lost = session.stop().lost_lease()) {
    // Somebody else may have worked on it since: what is reported can't be vouched for.
    report.error = std::move(lost);
    report.status = std::max(report.status, ScaleStatus::failed);
  }
  return report;
}

/// What was done is done: that it isn't written down is a warning.
void record(const ScaleReport& report,
            const DeclaredFile& file,
            const ApplyOccasion& occasion,
            Progress& progress) {
  EventFile events(event_file_place(file));
  for (const auto& event : apply_events(report, occasion)) {
    if (const auto recorded = events.record(event); !recorded)
      return progress.warn(recorded.error().message);
  }
}

}  // namespace

Result<int> run_apply(const Invocation& invocation) {
  const auto arguments = read_declared_arguments(invocation.arguments);
  if (!arguments) return tl::unexpected(arguments.error());
  auto file = invocation.declared.value();
  if (arguments->events) file.events.file = arguments->events;
  choose_etcd(file, arguments->etcd);
  const auto texts = read_declared_texts(file);
  if (!texts) return tl::unexpected(texts.error());
  const auto session = Session::open(
      invocation.options, invocation.environment, {.parallel = arguments->options.parallel});
  if (!session) return tl::unexpected(session.error());
  const auto held_up = leave_out_paused(
      file, invocation.options.tls, (*session)->clock(), (*session)->world().progress);
  const auto began = (*session)->clock().now();
  const auto report = lock_and_apply(**session,
                                     *arguments,
                                     {.file = file, .texts = *texts, .held_up = held_up},
                                     invocation.command_line);
  if (!arguments->options.dry_run) {
    record(report,
           file,
           {.time = system_wall_time(),
            .took = std::chrono::duration_cast<Millis>((*session)->clock().now() - began),
            .command = invocation.command_line},
           (*session)->world().progress);
  }
  const auto printed =
      print_answer(invocation.options.json ? scale_json(report) : scale_text(report));
  for (const auto& error : scale_errors(report))
    print_error(error);
  if (!printed) return tl::unexpected(printed.error());
  const auto signal = (*session)->world().stop.signal();
  if (report.status == ScaleStatus::interrupted && signal) return exit_code_of_signal(*signal);
  return static_cast<int>(exit_code_of(report.status, arguments->options.detailed_exit_code));
}

}  // namespace scale_fleet
