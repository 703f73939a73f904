#include "cli/sandbox_arguments.hpp"

#include <fmt/format.h>

#include "cli/settings.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::vector<std::string> all_values(const Arguments& arguments, const std::string& flag) {
  const auto found = arguments.options.find(flag);
  return found == arguments.options.end() ? std::vector<std::string>() : found->second;
}

}  // namespace

Result<SandboxArguments> read_sandbox_arguments(const Arguments& arguments) {
  SandboxArguments sandbox{.keeps_options = arguments.has("--keeps-options"),
                           .files = all_values(arguments, "--submit"),
                           .faults = all_values(arguments, "--fault")};
  // A shell's *.service behind --submit leaves the second file and the others as words.
  if (!arguments.words.empty() && sandbox.files.empty()) {
    return failure(ErrorKind::usage,
                   fmt::format("sandbox takes no '{}'", printable(arguments.words.front())));
  }
  sandbox.files.insert(sandbox.files.end(), arguments.words.begin(), arguments.words.end());
  if (const auto found = all_values(arguments, "--listen"); !found.empty())
    sandbox.listen = found[0];

  std::optional<Error> error;
  const auto number = [&](const std::string& flag, unsigned least, unsigned most, unsigned& value) {
    for (const auto& text : all_values(arguments, flag)) {
      const auto read = to_whole_number({.text = text, .source = flag}, least, most);
      if (read) value = *read;
      if (!read && !error) error = read.error();
    }
  };
  const auto seconds = [&](const std::string& flag, Duration& value) {
    for (const auto& text : all_values(arguments, flag)) {
      const auto read =
          to_seconds({.text = text, .source = flag}, Duration{}, std::chrono::hours(1));
      if (read) value = *read;
      if (!read && !error) error = read.error();
    }
  };
  number("--machines", 1, 65'535, sandbox.machines);
  number("--page-size", 1, 65'535, sandbox.page_size);
  seconds("--start-delay", sandbox.start_delay);
  seconds("--stop-delay", sandbox.stop_delay);
  if (error) return tl::unexpected(*error);
  return sandbox;
}

}  // namespace scale_fleet
