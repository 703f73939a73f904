#pragma once

#include <string>
#include <vector>

#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

/// Remembers what a person would have been told.
class RecordingProgress : public Progress {
 public:
  void warn(const std::string& line) override { warnings.push_back(line); }

  void tell(const std::string& line) override { lines.push_back(line); }

  void detail(const std::string& line) override { details.push_back(line); }

  void meter(const ProgressMeter& meter) override { meters.push_back(meter); }

  void settle() override {}

  std::vector<std::string> warnings;
  std::vector<std::string> lines;
  std::vector<std::string> details;
  std::vector<ProgressMeter> meters;
};

}  // namespace scale_fleet
