#include "scale_fleet/core/unit_file.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view line_ends = "\r\n";

/// Where a text stops being a unit file, and why.
struct Mistake {
  std::size_t line = 0;
  std::string why;
};

/// One way through a unit's text, with the rules of Fleet's reader.
class UnitFileReader {
 public:
  explicit UnitFileReader(std::string_view text) : rest_(text) {}

  tl::expected<UnitOptions, Mistake> read();

 private:
  struct Line {
    std::string_view text;
    bool at_end_of_file;
  };

  bool skip_to_section();
  void skip_comment();
  void read_section();
  bool read_options();
  void read_option();
  std::string read_value();
  Line take_line();
  void advance(std::size_t bytes);
  void check_line_length();
  void stop(std::string why);

  std::string_view rest_;
  std::size_t line_ = 1;
  std::string section_;
  UnitOptions options_;
  std::optional<Mistake> mistake_;
};

bool is_comment(char c) {
  return c == '#' || c == ';';
}

/// The begin of a line as a message shows it.
std::string excerpt(std::string_view text) {
  const auto line = trimmed(text.substr(0, text.find_first_of(line_ends)));
  return printable_start(valid_utf8(line), 40);
}

tl::expected<UnitOptions, Mistake> UnitFileReader::read() {
  bool in_section = skip_to_section();
  while (in_section) {
    read_section();
    in_section = read_options();
  }
  if (mistake_) return tl::unexpected(*mistake_);
  return std::move(options_);
}

/// Goes behind the first `[`, wherever in a line it stands; false where there is none.
bool UnitFileReader::skip_to_section() {
  check_line_length();
  while (!mistake_ && !rest_.empty()) {
    const char c = rest_.front();
    advance(1);
    if (c == '[') return true;
    if (is_comment(c)) skip_comment();
    if (is_comment(c) || line_ends.find(c) != std::string_view::npos) check_line_length();
  }
  return false;
}

/// A comment goes on in the next line after a `\`, which one blank may follow.
void UnitFileReader::skip_comment() {
  for (;;) {
    auto line = take_line().text;
    if (line.ends_with(' ')) line.remove_suffix(1);
    if (!line.ends_with('\\')) return;
  }
}

/// Stands behind the `[`. A section's name may hold anything but a `]`, even a line end.
void UnitFileReader::read_section() {
  const auto end = rest_.find(']');
  if (end == std::string_view::npos) {
    stop(fmt::format("the section's name '[{}' has no closing ']'", excerpt(rest_)));
    return;
  }
  section_ = valid_utf8(rest_.substr(0, end));
  advance(end + 1);
  const auto line = line_;
  const auto garbage = trimmed(take_line().text);
  if (garbage.empty()) return;
  mistake_ = Mistake{
      .line = line,
      .why = fmt::format("'{}' stands behind the section's name [{}]; give it a line of its own",
                         excerpt(garbage),
                         printable(section_))};
}

/// Goes behind the next section's `[`; false where the text ends before one, or is wrong.
bool UnitFileReader::read_options() {
  while (!mistake_ && !rest_.empty()) {
    check_line_length();
    if (mistake_) return false;
    if (const auto space = leading_space_bytes(rest_)) {
      advance(space);
    } else if (rest_.front() == '[') {
      advance(1);
      return true;
    } else if (is_comment(rest_.front())) {
      skip_comment();
    } else {
      read_option();
    }
  }
  return false;
}

void UnitFileReader::read_option() {
  const auto end = rest_.find_first_of("=\r\n");
  if (end == std::string_view::npos || rest_[end] != '=') {
    stop(fmt::format("'{}' has no '='; a line is a [Section], a Name=value or a # comment",
                     excerpt(rest_)));
    return;
  }
  std::string name(trimmed(valid_utf8(rest_.substr(0, end))));
  advance(end + 1);
  auto value = read_value();
  options_.push_back({.section = section_, .name = std::move(name), .value = std::move(value)});
}

/// A `\` at the very end of a line joins the next one, whatever that is; both stay in the value.
std::string UnitFileReader::read_value() {
  std::string value;
  while (!mistake_) {
    check_line_length();
    const auto line = take_line();
    if (trimmed(line.text).empty()) break;
    value += line.text;
    if (!line.text.ends_with('\\')) break;
    if (!line.at_end_of_file) value += '\n';
  }
  const bool joined_nothing = value.ends_with('\n');
  auto result = valid_utf8(trimmed(value));
  if (joined_nothing) result += '\n';
  return result;
}

/// Up to the line end, and goes behind it. A CR stays, except as the last byte of the file.
UnitFileReader::Line UnitFileReader::take_line() {
  const auto end = rest_.find('\n');
  const bool at_end = end == std::string_view::npos;
  auto text = rest_.substr(0, end);
  if (at_end && text.ends_with('\r')) text.remove_suffix(1);
  advance(at_end ? rest_.size() : end + 1);
  return {.text = text, .at_end_of_file = at_end};
}

void UnitFileReader::advance(std::size_t bytes) {
  const auto passed = std::ranges::count(rest_.substr(0, bytes), '\n');
  line_ += static_cast<std::size_t>(passed);
  rest_.remove_prefix(bytes);
}

void UnitFileReader::check_line_length() {
  if (rest_.size() <= max_unit_line_bytes) return;
  if (rest_.substr(0, max_unit_line_bytes + 1).find_first_of(line_ends) != std::string_view::npos) {
    return;
  }
  stop(
      fmt::format("the line has more than {} bytes, the most that Fleet takes; "
                  "end it earlier with a \\ and go on in the next line",
                  max_unit_line_bytes));
}

void UnitFileReader::stop(std::string why) {
  if (!mistake_) mistake_ = Mistake{.line = line_, .why = std::move(why)};
}

}  // namespace

Result<UnitOptions> parse_unit_file(std::string_view text, std::string_view display_name) {
  const auto options = UnitFileReader(text).read();
  if (!options) {
    const auto& mistake = options.error();
    return failure(ErrorKind::usage,
                   fmt::format("{}:{}: {}", printable(display_name), mistake.line, mistake.why));
  }
  auto stored = as_stored(*options);
  if (stored) return stored;
  return failure(ErrorKind::usage,
                 fmt::format("{}: {}", printable(display_name), stored.error().message));
}

std::string write_unit_file(const UnitOptions& options) {
  std::vector<std::string_view> sections;
  for (const auto& option : options) {
    if (std::ranges::find(sections, option.section) == sections.end()) {
      sections.emplace_back(option.section);
    }
  }
  std::string text;
  for (const auto section : sections) {
    if (!text.empty()) text += '\n';
    text += fmt::format("[{}]\n", section);
    for (const auto& option : options) {
      if (option.section == section) text += fmt::format("{}={}\n", option.name, option.value);
    }
  }
  return text;
}

Result<UnitOptions> as_stored(const UnitOptions& options) {
  if (auto stored = UnitFileReader(write_unit_file(options)).read()) return *std::move(stored);
  for (const auto& option : options) {
    const auto alone = UnitFileReader(write_unit_file({option})).read();
    if (alone) continue;
    return failure(ErrorKind::usage,
                   fmt::format("Fleet can't store [{}] {}: {}",
                               printable(option.section),
                               printable(option.name),
                               alone.error().why));
  }
  return failure(ErrorKind::usage, "Fleet can't store these options: no unit file can hold them");
}

bool is_same_text(const UnitOptions& left, const UnitOptions& right) {
  if (left == right) return true;
  // Cheap to see of most texts that differ: they haven't even the same lines.
  return std::ranges::is_permutation(left, right) &&
         write_unit_file(left) == write_unit_file(right);
}

}  // namespace scale_fleet
