#include "sandbox/stored_options.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// The longest line, in bytes without its end (measured: 2047 pass, 2048 don't).
constexpr std::size_t max_line_bytes = 2047;

tl::unexpected<Error> refuse(std::string message) {
  return failure(ErrorKind::refused, std::move(message));
}

tl::unexpected<Error> refuse_long_line() {
  return refuse("line too long (max 2048 bytes)");
}

/// The length of the blank that `text` begins with, Unicode's two in Latin-1 included; 0 for none.
std::size_t blank_at_start(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view(" \t\n\v\f\r").find(text.front()) != std::string_view::npos) return 1;
  return text.starts_with("\xc2\xa0") || text.starts_with("\xc2\x85") ? 2 : 0;
}

std::string_view trim(std::string_view text) {
  while (const auto length = blank_at_start(text))
    text.remove_prefix(length);
  while (!text.empty()) {
    if (blank_at_start(text.substr(text.size() - 1)) != 0) {
      text.remove_suffix(1);
    } else if (text.size() > 1 && blank_at_start(text.substr(text.size() - 2)) == 2) {
      text.remove_suffix(2);
    } else {
      break;
    }
  }
  return text;
}

class UnitFileReader {
 public:
  explicit UnitFileReader(std::string_view text) : rest_(text) {}

  Result<UnitOptions> read() {
    while (true) {
      while (const auto length = blank_at_start(rest_))
        rest_.remove_prefix(length);
      if (rest_.empty()) return options_;
      const auto step = rest_.front() == '['                           ? read_section()
                        : rest_.front() == '#' || rest_.front() == ';' ? skip_comment()
                                                                       : read_option();
      if (!step) return tl::unexpected(step.error());
    }
  }

 private:
  Result<std::string_view> take_line() {
    const auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.size() > max_line_bytes) return refuse_long_line();
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  Outcome read_section() {
    const auto end = rest_.find(']');
    if (end == std::string_view::npos) return refuse("unable to find end of section");
    if (end > max_line_bytes) return refuse_long_line();
    section_ = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    const auto line = take_line();
    if (!line) return tl::unexpected(line.error());
    const auto garbage = trim(*line);
    if (garbage.empty()) return {};
    std::string bytes;
    for (const char c : garbage) {
      bytes += fmt::format("{}{}", bytes.empty() ? "" : " ", static_cast<unsigned char>(c));
    }
    return refuse(fmt::format("found garbage after section name : [{}]", bytes));
  }

  /// A comment goes on over a backslash at its line's end.
  Outcome skip_comment() {
    while (true) {
      const auto line = take_line();
      if (!line) return tl::unexpected(line.error());
      if (!line->ends_with('\\')) return {};
    }
  }

  Outcome read_option() {
    const auto end = rest_.find_first_of("=\n");
    if (std::min(end, rest_.size()) > max_line_bytes) return refuse_long_line();
    if (end == std::string_view::npos || rest_[end] == '\n') {
      return refuse("unexpected newline encountered while parsing option name");
    }
    const auto name = trim(rest_.substr(0, end));
    const auto line_bytes = std::min(rest_.find('\n'), rest_.size());
    if (line_bytes > max_line_bytes) return refuse_long_line();
    rest_.remove_prefix(end + 1);
    std::string value;
    while (true) {
      const auto line = take_line();
      if (!line) return tl::unexpected(line.error());
      if (trim(*line).empty()) break;
      value += *line;
      if (!line->ends_with('\\')) break;
      value += '\n';
    }
    const std::string kept_end = value.ends_with('\n') ? "\n" : "";
    options_.push_back({.section = section_,
                        .name = std::string(name),
                        .value = std::string(trim(value)) + kept_end});
    return {};
  }

  std::string_view rest_;
  std::string section_;
  UnitOptions options_;
};

}  // namespace

Result<UnitOptions> store_options(const UnitOptions& options) {
  const auto text = write_unit_file(options);
  return UnitFileReader(text).read();
}

}  // namespace scale_fleet
