#pragma once

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// What scripts read. 130 and 143 (128 and the signal's number) are returned as computed.
enum class ExitCode {
  as_asked = 0,
  not_as_asked = 1,
  usage = 2,
  changes_to_make = 3,
  timed_out = 4,
  precondition = 5,
};

/// 128 and the number of the signal that ended the work.
constexpr int exit_code_of_signal(int signal) {
  return 128 + signal;
}

/// The code that an error ends the program with; an interrupted one has its signal's instead.
ExitCode exit_code_of(ErrorKind kind);

}  // namespace scale_fleet
