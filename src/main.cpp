#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "program/console.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/core/exit_code.hpp"

int main(int argc, char** argv) {
  try {
    return scale_fleet::run_program(std::vector<std::string>(argv + 1, argv + argc),
                                    scale_fleet::system_environment());
  } catch (const std::exception& broken_promise) {
    scale_fleet::print_error(fmt::format("this is a mistake in scale-fleet, please report it: {}",
                                         broken_promise.what()));
    return static_cast<int>(scale_fleet::ExitCode::not_as_asked);
  }
}
