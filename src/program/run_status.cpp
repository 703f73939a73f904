#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "cli/settings.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/commands/status_command.hpp"

namespace scale_fleet {
namespace {

struct StatusArguments {
  std::vector<Service> services;
  bool watch = false;
  Duration interval = std::chrono::seconds(2);
};

Result<StatusArguments> read_arguments(const Arguments& arguments) {
  StatusArguments status{.services = {}, .watch = arguments.has("--watch")};
  for (const auto& word : arguments.words) {
    auto service = Service::parse(word);
    if (!service) return tl::unexpected(service.error());
    status.services.push_back(std::move(*service));
  }
  if (const auto found = arguments.options.find("--interval"); found != arguments.options.end()) {
    const auto interval = to_seconds({.text = found->second.front(), .source = "--interval"},
                                     std::chrono::milliseconds(100),
                                     std::chrono::hours(24));
    if (!interval) return tl::unexpected(interval.error());
    status.interval = *interval;
  }
  return status;
}

/// Prints one look; the exit code of it.
Result<int> show_once(Session& session, const StatusArguments& status) {
  const auto& options = session.options();
  const auto looked = look_at_services(session.world().fleet, status.services);
  if (!looked) {
    if (options.json) {
      const auto printed = print_answer(status_error_json(looked.error()));
      if (!printed) return tl::unexpected(printed.error());
    }
    print_error(looked.error().message);
    return static_cast<int>(exit_code_of(looked.error().kind));
  }
  const auto text = options.json ? status_json(*looked) : status_text(*looked);
  if (auto printed = print_answer(text); !printed) return tl::unexpected(printed.error());
  int code = 0;
  for (const auto& service : *looked) {
    if (service.exists()) continue;
    print_error(
        fmt::format("Fleet has no template and no instance of {}", service.service.display_name()));
    code = static_cast<int>(ExitCode::not_as_asked);
  }
  if (looked->empty() && !options.json)
    session.world().progress.tell("Fleet has no template and no instance");
  return code;
}

}  // namespace

Result<int> run_status(const Invocation& invocation) {
  const auto status = read_arguments(invocation.arguments);
  if (!status) return tl::unexpected(status.error());
  const auto opened = Session::open(invocation.options, invocation.environment, {});
  if (!opened) return tl::unexpected(opened.error());
  auto& session = **opened;
  const bool redraws = status->watch &&
                       is_capable_terminal(STDOUT_FILENO, invocation.environment) &&
                       !session.options().json;
  for (;;) {
    if (redraws && !print_answer("\x1b[H\x1b[J")) return static_cast<int>(ExitCode::not_as_asked);
    const auto code = show_once(session, *status);
    if (session.stop().signal()) return exit_code_of_signal(*session.stop().signal());
    if (!code || !status->watch) return code;
    if (!redraws && !session.options().json && !print_answer("\n")) {
      return static_cast<int>(ExitCode::not_as_asked);
    }
    session.clock().wait_until(session.clock().now() + status->interval);
    if (session.stop().signal()) return exit_code_of_signal(*session.stop().signal());
  }
}

}  // namespace scale_fleet
