#include "scale_fleet/core/x_fleet.hpp"

#include <algorithm>
#include <optional>

#include "core/utf8.hpp"

namespace scale_fleet {
namespace {

/// `"a" "b c"` is the two values `a` and `b c`; anything that isn't in quotes is one value.
std::vector<std::string> split_quoted(std::string_view line) {
  if (!line.starts_with('"') || !line.ends_with('"')) return {std::string(line)};
  std::vector<std::string> values(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values;
}

void append(std::vector<std::string>& values, std::vector<std::string> more) {
  std::ranges::move(more, std::back_inserter(values));
}

/// The first character of `text`, taken off it; a byte that isn't UTF-8 is a character of its own.
std::string_view take_character(std::string_view& text) {
  const auto length = std::max<std::size_t>(leading_character_bytes(text), 1);
  const auto character = text.substr(0, length);
  text.remove_prefix(character.size());
  return character;
}

/// One end of a range in a `[class]`; empty where the pattern is malformed.
std::optional<std::string_view> take_range_end(std::string_view& pattern) {
  if (pattern.empty() || pattern.front() == '-' || pattern.front() == ']') return std::nullopt;
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  return take_character(pattern);
}

/// Whether `character` is in the class whose `[` is behind us; empty where it is malformed. UTF-8
/// sorts as the characters do, so ranges are compared as text.
std::optional<bool> take_class(std::string_view& pattern, std::string_view character) {
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  do {
    const auto low = take_range_end(pattern);
    if (!low) return std::nullopt;
    auto high = low;
    if (pattern.starts_with('-')) {
      pattern.remove_prefix(1);
      high = take_range_end(pattern);
      if (!high) return std::nullopt;
    }
    found = found || (*low <= character && character <= *high);
  } while (!pattern.starts_with(']'));
  pattern.remove_prefix(1);
  return found != negated;
}

/// Takes the pattern's first element, which isn't a `*`, and the character that it stands for.
bool take_match(std::string_view& pattern, std::string_view& name) {
  if (name.empty()) return false;
  const auto character = take_character(name);
  const char element = pattern.front();
  if (element == '[') {
    pattern.remove_prefix(1);
    return take_class(pattern, character).value_or(false);
  }
  if (element == '?') {
    pattern.remove_prefix(1);
    return character != "/";
  }
  if (element == '\\') pattern.remove_prefix(1);
  return !pattern.empty() && take_character(pattern) == character;
}

}  // namespace

std::vector<std::string> x_fleet_values(const UnitOptions& options, std::string_view key) {
  std::vector<std::string> values;
  for (const auto line : option_values(options, "X-Fleet", key))
    append(values, split_quoted(line));
  return values;
}

std::vector<std::string> conflict_patterns(const UnitOptions& options) {
  auto lines = x_fleet_values(options, "X-Conflicts");
  append(lines, x_fleet_values(options, "Conflicts"));
  std::vector<std::string> patterns;
  for (const auto& line : lines) {
    for (const auto word : words_of(line))
      patterns.emplace_back(word);
  }
  return patterns;
}

std::vector<std::string> peer_names(const UnitOptions& options) {
  auto names = x_fleet_values(options, "X-ConditionMachineOf");
  append(names, x_fleet_values(options, "MachineOf"));
  return names;
}

/// Goes back to the last `*` only: what an earlier one took can't help a later one.
bool pattern_matches(std::string_view pattern, std::string_view unit_name) {
  std::optional<std::string_view> behind_star;
  std::string_view retry;
  for (;;) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      behind_star = pattern;
      retry = unit_name;
      continue;
    }
    if (pattern.empty() && unit_name.empty()) return true;
    if (!pattern.empty() && take_match(pattern, unit_name)) continue;
    if (!behind_star || retry.empty() || retry.front() == '/') return false;
    take_character(retry);
    pattern = *behind_star;
    unit_name = retry;
  }
}

}  // namespace scale_fleet
