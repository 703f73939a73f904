#include <utility>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/progress_printers.hpp"

namespace scale_fleet {
namespace {

class LineProgress final : public Progress {
 public:
  LineProgress(std::ostream& out, Verbosity verbosity) : out_(out), verbosity_(verbosity) {}

  void warn(const std::string& line) override { print("warning: " + line); }

  void tell(const std::string& line) override {
    if (verbosity_ != Verbosity::quiet) print(line);
  }

  void detail(const std::string& line) override {
    if (verbosity_ == Verbosity::verbose) print(line);
  }

  void meter(const ProgressMeter& /*meter*/) override {}

  void settle() override {}

 private:
  void print(const std::string& line) {
    out_ << printable_start(line, longest_shown_line) << std::endl;
  }

  std::ostream& out_;
  Verbosity verbosity_;
};

}  // namespace

std::unique_ptr<Progress> make_line_progress(std::ostream& out, Verbosity verbosity) {
  return std::make_unique<LineProgress>(out, verbosity);
}

}  // namespace scale_fleet
