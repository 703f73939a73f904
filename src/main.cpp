#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "program/console.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/core/exit_code.hpp"
#include "scale_fleet/platform/command_line.hpp"

namespace {

/// A descriptor that was closed at the start would be given to the next thing opened, and the
/// answer written into that. Read-only, so that a write fails and is told.
void fill_closed_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDONLY));
  }
}

}  // namespace

int main(int argc, char** argv) {
  fill_closed_descriptors();
  // A file that may not grow (ulimit -f) is a write that failed, as on a full disk.
  signal(SIGXFSZ, SIG_IGN);
  try {
    return scale_fleet::run_program(scale_fleet::take_arguments(argc, argv),
                                    scale_fleet::system_environment());
  } catch (const std::exception& broken_promise) {
    scale_fleet::print_error(fmt::format("this is a mistake in scale-fleet, please report it: {}",
                                         broken_promise.what()));
    return static_cast<int>(scale_fleet::ExitCode::not_as_asked);
  }
}
