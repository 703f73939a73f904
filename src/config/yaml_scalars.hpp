#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/yaml_value.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

// Single values of the file. Each function complains, and gives nothing, where the value is of
// another type or isn't allowed. What YAML 1.1 or 1.2 takes for a number, a date's part or a truth
// value is no text without quotes: `yes`, `010`, `1e3`.

/// As it was written, at least one letter.
std::optional<std::string> read_text(const YamlValue& value);

struct WholeRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// Decimal digits without leading zeros and without quotes.
std::optional<std::uint64_t> read_whole(const YamlValue& value, WholeRange range);

/// The same as a type that holds `range`.
template <typename Whole>
std::optional<Whole> read_whole_as(const YamlValue& value, WholeRange range) {
  const auto number = read_whole(value, range);
  return number ? std::optional(static_cast<Whole>(*number)) : std::nullopt;
}

/// Finite, in decimal: -1, 0.5, 1e-3.
std::optional<double> read_number(const YamlValue& value);

/// `true` or `false`, and no other word.
std::optional<bool> read_switch(const YamlValue& value);

/// parse_duration(); a bare number is refused with the same in seconds as a hint.
std::optional<Millis> read_duration(const YamlValue& value);
/// The same, above 0.
std::optional<Millis> read_span(const YamlValue& value);

/// The place of the word among `words`; complains with the nearest one.
std::optional<std::size_t> read_choice(const YamlValue& value,
                                       std::span<const std::string_view> words);

/// Whether YAML reads a bare `text` as something else than a text.
bool is_no_bare_text(std::string_view text);

/// Digits without leading zeros, not above what 64 bits hold.
std::optional<std::uint64_t> whole_number_in(std::string_view text);
/// A finite number in decimal.
std::optional<double> number_in(std::string_view text);

/// For messages: the value between quotes, shortened; `nothing`, `a list` or `a mapping`.
std::string shown(const YamlValue& value);

}  // namespace scale_fleet
