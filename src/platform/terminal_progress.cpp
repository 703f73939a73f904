#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/platform/progress_printers.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t bar_width = 20;
constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view plain = "\x1b[0m";

/// `[########------------]`
std::string bar(const ProgressMeter& meter) {
  const auto filled =
      meter.total == 0 ? 0 : bar_width * std::min(meter.done, meter.total) / meter.total;
  return "[" + std::string(filled, '#') + std::string(bar_width - filled, '-') + "]";
}

class TerminalProgress final : public Progress {
 public:
  TerminalProgress(std::ostream& out, Verbosity verbosity, bool with_colour, TerminalWidth width)
      : out_(out), verbosity_(verbosity), with_colour_(with_colour), width_(std::move(width)) {}

  void warn(const std::string& line) override {
    print(coloured(yellow, "warning:") + " " + printable_start(line, longest_shown_line));
  }

  void tell(const std::string& line) override {
    if (verbosity_ == Verbosity::verbose) print(printable_start(line, longest_shown_line));
  }

  void detail(const std::string& line) override {
    if (verbosity_ == Verbosity::verbose) print(printable_start(line, longest_shown_line));
  }

  void meter(const ProgressMeter& meter) override {
    if (verbosity_ == Verbosity::quiet) return;
    last_ = meter;
    draw();
  }

  void settle() override {
    if (!last_) return;
    last_.reset();
    out_ << erase_line << std::flush;
  }

 private:
  void print(const std::string& line) {
    if (last_) out_ << erase_line;
    out_ << line << "\n";
    draw();
  }

  void draw() {
    if (last_) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(last_->elapsed).count();
      const auto before = printable(last_->label) + " ";
      const auto after = fmt::format(" {}/{}  {}{}{} s",
                                     last_->done,
                                     last_->total,
                                     printable(last_->remark),
                                     last_->remark.empty() ? "" : "  ",
                                     seconds);
      out_ << erase_line << fitted(before, bar(*last_), after);
    }
    out_ << std::flush;
  }

  /// The three parts within the terminal's width, a column left free so that it never wraps.
  std::string fitted(const std::string& before,
                     const std::string& middle,
                     const std::string& after) {
    const auto room = std::max<std::size_t>(width_(), 2) - 1;
    const auto whole = before + middle + after;
    if (whole.size() > room) return whole.substr(0, room);
    return before + coloured(green, middle) + after;
  }

  std::string coloured(std::string_view colour, std::string_view text) const {
    if (!with_colour_) return std::string(text);
    return fmt::format("{}{}{}", colour, text, plain);
  }

  std::ostream& out_;
  Verbosity verbosity_;
  bool with_colour_;
  TerminalWidth width_;
  std::optional<ProgressMeter> last_;
};

}  // namespace

std::unique_ptr<Progress> make_terminal_progress(std::ostream& out,
                                                 Verbosity verbosity,
                                                 bool with_colour,
                                                 TerminalWidth width) {
  return std::make_unique<TerminalProgress>(out, verbosity, with_colour, std::move(width));
}

}  // namespace scale_fleet
