#include <algorithm>
#include <csignal>
#include <memory>

#include <fmt/format.h>

#include "cli/release_arguments.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/release_command.hpp"
#include "scale_fleet/commands/release_sidekicks.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/fleet/template_file.hpp"
#include "scale_fleet/health/make_health_check.hpp"

namespace scale_fleet {
namespace {

Outcome read_text(ReleaseArguments& release, Progress& progress) {
  if (!release.file) return {};
  auto file = read_template_file(*release.file, release.request.service.template_name());
  if (!file) return tl::unexpected(file.error());
  for (const auto& warning : file->warnings)
    progress.warn(warning);
  release.request.text = std::move(file->options);
  return {};
}

ReleaseReport not_begun(const ReleaseRequest& request, const Error& error) {
  ReleaseReport report;
  report.scale.error = error;
  report.scale.status = status_of(error.kind);
  report.scale.services.push_back(
      {.service = request.service.display_name(), .status = report.scale.status});
  return report;
}

/// Ctrl-C where somebody sits there; not TERM, which no person sends and waits.
bool asks_to_undo(Session& session) {
  if (session.stop().lost_lease() || session.signals().signal() != SIGINT || !can_ask())
    return false;
  session.world().progress.settle();
  // A second Ctrl-C is an answer: no.
  session.signals().forget();
  return answers_yes("Interrupted. Undo what was done so far?",
                     session.signals().wake_descriptor());
}

Result<ReleaseRequest> resolve(World world, const ReleaseArguments& release) {
  auto request = resolve_release(world.fleet, release.request);
  if (!request) return request;
  if (auto found = find_release_sidekicks(world, release.sidekicks, *request); !found) {
    return tl::unexpected(found.error());
  }
  return request;
}

/// Every service that may be changed.
std::vector<std::string> services_in(const ReleaseRequest& request) {
  std::vector<std::string> services{request.service.display_name()};
  if (request.replaces) services.push_back(request.replaces->display_name());
  for (const auto& each : request.sidekicks)
    services.push_back(each.sidekick.display_name());
  return services;
}

/// What keeps a run from changing services that it hasn't locked.
Outcome check_locked(const ReleaseRequest& request, const std::vector<std::string>& locked) {
  for (const auto& service : services_in(request)) {
    if (std::ranges::find(locked, service) != locked.end()) continue;
    return failure(ErrorKind::precondition,
                   fmt::format("somebody changed what is to be released meanwhile: {} belongs to "
                               "it now; nothing was changed, run it again",
                               service));
  }
  return {};
}

/// The options by which the same Fleet and the same sidekicks are meant, as a shell reads them.
std::string options_of_back(const Arguments& arguments) {
  std::string text;
  for (const auto* flag :
       {"--endpoint", "--ca-file", "--cert-file", "--key-file", "--lock-etcd", "--with"}) {
    const auto found = arguments.options.find(flag);
    if (found == arguments.options.end()) continue;
    text += fmt::format(" {} {}", flag, shell_word(without_credentials(found->second.front())));
  }
  return text;
}

ReleaseReport lock_and_release(Session& session,
                               const ReleaseArguments& release,
                               const ReleaseAids& aids,
                               const std::string& holder) {
  auto world = session.world();
  auto request = resolve(world, release);
  if (!request) return not_begun(release.request, request.error());
  if (!release.options.scale.dry_run) {
    const auto services = services_in(*request);
    if (auto locked = session.lock(services, holder); !locked) {
      return not_begun(*request, session.stop().lost_lease().value_or(locked.error()));
    }
    // What it is to become may have changed while somebody else held the lock.
    request = resolve(world, release);
    if (!request) return not_begun(release.request, request.error());
    if (auto fine = check_locked(*request, services); !fine)
      return not_begun(*request, fine.error());
  }
  auto report = ReleaseCommand(world, release.options, aids).run(*request);
  if (auto lost = session.stop().lost_lease()) {
    report.scale.error = std::move(lost);
    report.scale.status = std::max(report.scale.status, ScaleStatus::failed);
  }
  return report;
}

int exit_code(const ReleaseReport& report, const ScaleOptions& options) {
  if (report.scale.status == ScaleStatus::interrupted && report.signal) {
    return exit_code_of_signal(*report.signal);
  }
  if (report.scale.error && report.scale.error->kind == ErrorKind::usage)
    return static_cast<int>(ExitCode::usage);
  return static_cast<int>(exit_code_of(report.scale.status, options.detailed_exit_code));
}

}  // namespace

Result<int> run_release(const Invocation& invocation) {
  auto release = read_release_arguments(invocation.arguments);
  if (!release) return tl::unexpected(release.error());
  auto session = Session::open(
      invocation.options, invocation.environment, {.parallel = release->options.scale.parallel});
  if (!session) return tl::unexpected(session.error());
  auto world = (*session)->world();
  if (auto read = read_text(*release, world.progress); !read) return tl::unexpected(read.error());
  const auto check =
      make_health_check(release->health.check,
                        {.clock = world.clock, .stop = world.stop, .wake = &(*session)->signals()});
  if (!check) return tl::unexpected(check.error());

  const auto report = lock_and_release(**session,
                                       *release,
                                       {.check = check->get(),
                                        .asks_to_undo = [&] { return asks_to_undo(**session); },
                                        .command_line = invocation.command_to_repeat,
                                        .options_of_back = options_of_back(invocation.arguments)},
                                       invocation.command_line);
  const auto printed =
      print_answer(invocation.options.json ? release_json(report) : release_text(report));
  if (report.scale.error) print_error(report.scale.error->message);
  if (!printed) return tl::unexpected(printed.error());
  return exit_code(report, release->options.scale);
}

}  // namespace scale_fleet
