#include "program/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/progress_printers.hpp"

namespace scale_fleet {

Outcome print_answer(const std::string& text) {
  errno = 0;
  std::cout << text << std::flush;
  if (std::cout) return {};
  return failure(ErrorKind::refused,
                 fmt::format("cannot write the answer to stdout: {}", std::strerror(errno)));
}

void print_error(const std::string& message) {
  for (std::string_view rest = message; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    std::cerr << "scale-fleet: error: " << printable_start(line, longest_shown_line) << std::endl;
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
}

void print_hint(const std::string& hint) {
  std::cerr << hint << std::endl;
}

std::unique_ptr<Progress> make_progress(const ProgramOptions& options,
                                        const Environment& environment) {
  const auto verbosity = options.quiet     ? Verbosity::quiet
                         : options.verbose ? Verbosity::verbose
                                           : Verbosity::normal;
  // With --debug lines come between: a redrawn one would be torn.
  if (options.debug || !is_capable_terminal(STDERR_FILENO, environment)) {
    return make_line_progress(std::cerr, verbosity);
  }
  return make_terminal_progress(
      std::cerr, verbosity, wants_colour(options.no_color, environment), [] {
        return terminal_width(STDERR_FILENO);
      });
}

}  // namespace scale_fleet
