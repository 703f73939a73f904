#include "sandbox/glob.hpp"

#include <optional>

namespace scale_fleet {
namespace {

/// One character of a class, `\` taking the next as it is; empty where the pattern is malformed.
std::optional<char> take_class_character(std::string_view& pattern) {
  if (pattern.empty() || pattern.front() == '-' || pattern.front() == ']') return std::nullopt;
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  const char c = pattern.front();
  pattern.remove_prefix(1);
  return c;
}

/// Reads the class that `pattern` begins with, up to and with its `]`; empty where malformed.
std::optional<bool> class_contains(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (bool first = true; first || !pattern.starts_with(']'); first = false) {
    const auto low = take_class_character(pattern);
    if (!low) return std::nullopt;
    auto high = low;
    if (pattern.starts_with('-')) {
      pattern.remove_prefix(1);
      high = take_class_character(pattern);
      if (!high) return std::nullopt;
    }
    found = found || (*low <= c && c <= *high);
  }
  pattern.remove_prefix(1);
  return found != negated;
}

/// Takes from `pattern` the one element that it begins with, which isn't `*`, if that covers `c`.
bool take_one(std::string_view& pattern, char c) {
  if (pattern.front() == '[') return class_contains(pattern, c).value_or(false);
  if (pattern.front() == '?') {
    pattern.remove_prefix(1);
    return c != '/';
  }
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty() || pattern.front() != c) return false;
  pattern.remove_prefix(1);
  return true;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  // Where to go on after a mismatch: behind the last star, with one more character given to it.
  std::optional<std::string_view> star_pattern;
  std::string_view star_text;
  while (true) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_text = text;
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!pattern.empty() && !text.empty() && take_one(pattern, text.front())) {
      text.remove_prefix(1);
      continue;
    }
    if (!star_pattern || star_text.empty() || star_text.front() == '/') return false;
    star_text.remove_prefix(1);
    pattern = *star_pattern;
    text = star_text;
  }
}

std::string_view literal_prefix(std::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of("*?[\\"));
}

}  // namespace scale_fleet
