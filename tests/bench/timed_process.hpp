#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace scale_fleet {

struct TimedProcess {
  std::chrono::duration<double> wall{0};  ///< From its start to its end.
  /// The most memory that was resident (getrusage(2)), but no less than this process' own then.
  long peak_kilobytes = 0;
  int exit_code = -1;  ///< -1 where a signal ended it.
  std::string err;     ///< All that it wrote to stderr; stdout goes nowhere.
};

/// Runs a program to its end, in this process' environment. `words` begins with its path. Throws
/// where the system can't start it.
TimedProcess run_timed(const std::vector<std::string>& words);

}  // namespace scale_fleet
