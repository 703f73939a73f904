#pragma once

#include <string>

#include "scale_fleet/core/time.hpp"

namespace scale_fleet {

/// How far something countable has come.
struct ProgressMeter {
  std::string label;     ///< `my_app`
  std::size_t done = 0;  ///< Of `total`.
  std::size_t total = 0;
  std::string remark;  ///< What isn't done yet, in words: `2 starting, 1 unscheduled`.
  Duration elapsed{0};
};

/// What a person is told on stderr while the program works. Implemented for a terminal (one redrawn
/// line), for a pipe (lines) and for --quiet (problems only); recorded in tests. Lines are one
/// sentence without control characters, and hold no secrets.
class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  /// A problem or a warning: always shown.
  virtual void warn(const std::string& line) = 0;
  /// What is being done, or has just happened to one unit.
  virtual void tell(const std::string& line) = 0;
  /// Details for --verbose: the steps and their reasons.
  virtual void detail(const std::string& line) = 0;
  /// How far it has come; a terminal redraws its line, a pipe shows nothing of it.
  virtual void meter(const ProgressMeter& meter) = 0;
  /// Ends the redrawn line, before something else is printed.
  virtual void settle() = 0;
};

}  // namespace scale_fleet
