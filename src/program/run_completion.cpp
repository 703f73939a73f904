#include <fmt/format.h>

#include "cli/command_table.hpp"
#include "cli/completion.hpp"
#include "program/console.hpp"
#include "program/invocation.hpp"
#include "program/session.hpp"
#include "scale_fleet/core/service_status.hpp"

namespace scale_fleet {
namespace {

/// The services of the cluster, one a line; nothing where it doesn't answer at once. What the
/// completion scripts ask: whoever types waits for it.
int print_services(const Invocation& invocation) {
  auto options = invocation.options;
  options.quiet = true;
  options.retries = 0;
  options.request_timeout = std::chrono::seconds(1);
  options.warnings.clear();
  const auto session = Session::open(options, invocation.environment, {});
  if (!session) return 0;
  const auto units = (*session)->world().fleet.units("");
  if (!units) return 0;
  std::string text;
  for (const auto& service : services_in(*units))
    text += service.display_name() + "\n";
  return print_answer(text) ? 0 : static_cast<int>(ExitCode::not_as_asked);
}

}  // namespace

Result<int> run_completion(const Invocation& invocation) {
  const auto& words = invocation.arguments.words;
  if (words.size() != 1) {
    return failure(ErrorKind::usage, "name one shell: scale-fleet completion bash|zsh|fish");
  }
  if (words[0] == "services") return print_services(invocation);
  const auto shell = parse_shell(words[0]);
  if (!shell) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' is not a shell that words can be completed for; bash, zsh and "
                               "fish are",
                               words[0]));
  }
  if (auto printed = print_answer(completion_script(*shell, command_table())); !printed) {
    return tl::unexpected(printed.error());
  }
  return 0;
}

}  // namespace scale_fleet
