#include "config/yaml_scalars.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_shown_value = 60;

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view digits_at(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_decimal_digit);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// `-12`, `0.5`, `1e-3`: JSON's grammar (RFC 8259, 6), which is narrower than YAML's.
bool is_decimal_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto whole = digits_at(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
  text.remove_prefix(whole.size());
  if (text.starts_with('.')) {
    const auto fraction = digits_at(text.substr(1));
    if (fraction.empty()) return false;
    text.remove_prefix(fraction.size() + 1);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    return !text.empty() && digits_at(text).size() == text.size();
  }
  return text.empty();
}

/// One letter at least, and nothing but what numbers of any base, times and dates are written with.
bool is_made_like_a_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.empty() || !is_decimal_digit(text.front())) return false;
  if (text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b")) return true;
  return text.find_first_not_of("0123456789_.eE+-:") == std::string_view::npos &&
         std::ranges::count(text, '.') <= 1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(
      result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return result;
}

bool is_bare_scalar(const YamlValue& value) {
  return value.is(YamlNode::Kind::scalar) && value.node().is_plain;
}

}  // namespace

std::string shown(const YamlValue& value) {
  switch (value.node().kind) {
    case YamlNode::Kind::nothing:
      return "nothing";
    case YamlNode::Kind::scalar:
      return fmt::format("'{}'", printable_start(value.node().text, longest_shown_value));
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a mapping";
  }
  return "";
}

bool is_no_bare_text(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{
      "true", "false", "yes", "no", "on", "off", "null", "~", ".inf", ".nan"};
  const auto word = lower(text);
  const std::string_view unsigned_word(word);
  const auto bare = unsigned_word.substr(
      unsigned_word.starts_with('-') || unsigned_word.starts_with('+') ? 1 : 0);
  return std::ranges::find(words, word) != words.end() || bare == ".inf" ||
         is_made_like_a_number(text);
}

std::optional<std::uint64_t> whole_number_in(std::string_view text) {
  const auto digits = digits_at(text);
  if (digits.empty() || digits.size() != text.size()) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::optional<double> number_in(std::string_view text) {
  if (!is_decimal_number(text)) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::string> read_text(const YamlValue& value) {
  if (!value.is(YamlNode::Kind::scalar)) {
    value.complain(fmt::format("this has to be a text, not {}", shown(value)));
    return std::nullopt;
  }
  const auto& text = value.node().text;
  if (text.empty()) {
    value.complain("this is empty");
    return std::nullopt;
  }
  if (value.node().is_plain && is_no_bare_text(text)) {
    value.complain(fmt::format("this has to be a text, not {}; put it between quotes if it is one",
                               shown(value)));
    return std::nullopt;
  }
  return text;
}

std::optional<std::uint64_t> read_whole(const YamlValue& value, WholeRange range) {
  const auto number = is_bare_scalar(value) ? whole_number_in(value.node().text) : std::nullopt;
  if (number && *number >= range.least && *number <= range.most) return number;
  value.complain(fmt::format("this has to be a whole number from {} to {}, not {}",
                             range.least,
                             range.most,
                             shown(value)));
  return std::nullopt;
}

std::optional<double> read_number(const YamlValue& value) {
  const auto number = is_bare_scalar(value) ? number_in(value.node().text) : std::nullopt;
  if (!number) value.complain(fmt::format("this has to be a number, not {}", shown(value)));
  return number;
}

std::optional<bool> read_switch(const YamlValue& value) {
  if (is_bare_scalar(value)) {
    if (value.node().text == "true") return true;
    if (value.node().text == "false") return false;
  }
  value.complain(fmt::format("this has to be true or false, not {}", shown(value)));
  return std::nullopt;
}

std::optional<Millis> read_duration(const YamlValue& value) {
  if (value.is(YamlNode::Kind::scalar)) {
    const auto& text = value.node().text;
    if (const auto duration = parse_duration(text)) return duration;
    if (const auto seconds = whole_number_in(text)) {
      value.complain(fmt::format("{} needs a unit: {}s, for example", *seconds, *seconds));
      return std::nullopt;
    }
  }
  value.complain(fmt::format(
      "this has to be a duration (30s, 1h30m, 250ms, at most 10000d), not {}", shown(value)));
  return std::nullopt;
}

std::optional<Millis> read_span(const YamlValue& value) {
  const auto duration = read_duration(value);
  if (!duration || *duration > Millis(0)) return duration;
  value.complain("this has to be longer than 0");
  return std::nullopt;
}

std::optional<std::size_t> read_choice(const YamlValue& value,
                                       std::span<const std::string_view> words) {
  const bool is_scalar = value.is(YamlNode::Kind::scalar);
  if (is_scalar) {
    const auto found = std::ranges::find(words, value.node().text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  }
  const auto near = is_scalar
                        ? nearest_word(shortened(value.node().text, longest_shown_value), words)
                        : std::string_view{};
  value.complain(fmt::format("this has to be one of {}, not {}{}",
                             fmt::join(words, ", "),
                             shown(value),
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  return std::nullopt;
}

}  // namespace scale_fleet
