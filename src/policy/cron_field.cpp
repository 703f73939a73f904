#include "policy/cron_field.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::string may_be(const CronField& field) {
  const auto names = field.words.empty() ? ""
                                         : fmt::format(" or {} to {}",
                                                       field.words.substr(0, 3),
                                                       field.words.substr(field.words.size() - 3));
  return fmt::format("{} to {}{}", field.first, field.last, names);
}

std::optional<unsigned> cron_number(std::string_view text) {
  unsigned number = 0;
  const bool is_short = !text.empty() && text.size() <= 4;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!is_short || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<unsigned> cron_word(const CronField& field, std::string_view text) {
  if (text.size() != 3) return std::nullopt;
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  for (std::size_t at = 0; at < field.words.size(); at += 3) {
    if (field.words.substr(at, 3) == small) return field.first + static_cast<unsigned>(at / 3);
  }
  return std::nullopt;
}

tl::expected<unsigned, std::string> cron_value(const CronField& field, std::string_view text) {
  if (const auto word = cron_word(field, text)) return *word;
  const auto number = cron_number(text);
  if (number && *number >= field.first && *number <= field.last) return *number;
  return tl::unexpected(
      fmt::format("'{}' is no {}: it is {}", printable_start(text, 20), field.name, may_be(field)));
}

struct CronRange {
  unsigned first = 0;
  unsigned last = 0;
  bool may_step = true;  ///< A single value may not.
};

tl::expected<CronRange, std::string> cron_range(const CronField& field, std::string_view text) {
  if (text == "*") return CronRange{field.first, field.last};
  const auto dash = text.find('-');
  const auto first = cron_value(field, text.substr(0, dash));
  if (!first) return tl::unexpected(first.error());
  if (dash == std::string_view::npos) return CronRange{*first, *first, false};
  const auto last = cron_value(field, text.substr(dash + 1));
  if (!last) return tl::unexpected(last.error());
  if (*first > *last) {
    return tl::unexpected(fmt::format("'{}' runs backwards: a range of the {} goes upwards",
                                      printable_start(text, 20),
                                      field.name));
  }
  return CronRange{*first, *last};
}

/// One part of a list: a value, a range, or either with a step behind it.
tl::expected<std::uint64_t, std::string> cron_part(const CronField& field, std::string_view text) {
  const auto slash = text.find('/');
  const auto range = cron_range(field, text.substr(0, slash));
  if (!range) return tl::unexpected(range.error());
  unsigned step = 1;
  if (slash != std::string_view::npos) {
    const auto number = cron_number(text.substr(slash + 1));
    if (!range->may_step || !number || *number == 0 || *number > field.last) {
      return tl::unexpected(
          fmt::format("'{}' is no step of the {}: write */N or A-B/N, N from 1 to {}",
                      printable_start(text, 20),
                      field.name,
                      field.last));
    }
    step = *number;
  }
  std::uint64_t bits = 0;
  for (auto value = range->first; value <= range->last; value += step)
    bits |= std::uint64_t{1} << value;
  return bits;
}

}  // namespace

tl::expected<std::uint64_t, std::string> cron_bits(const CronField& field, std::string_view text) {
  std::uint64_t bits = 0;
  for (std::size_t start = 0; start <= text.size();) {
    const auto comma = std::min(text.find(',', start), text.size());
    auto part = cron_part(field, text.substr(start, comma - start));
    if (!part) return part;
    bits |= *part;
    start = comma + 1;
  }
  return bits;
}

}  // namespace scale_fleet
