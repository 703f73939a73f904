#include "scale_fleet/core/duration_text.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

struct TimeUnit {
  std::string_view name;
  Millis length;
};

constexpr std::array time_units{TimeUnit{"d", std::chrono::hours(24)},
                                TimeUnit{"h", std::chrono::hours(1)},
                                TimeUnit{"m", std::chrono::minutes(1)},
                                TimeUnit{"s", std::chrono::seconds(1)},
                                TimeUnit{"ms", Millis(1)}};
constexpr Millis longest = std::chrono::hours(24) * 10'000;

}  // namespace

std::optional<Millis> parse_duration(std::string_view text) {
  if (text == "0") return Millis(0);
  if (text.empty()) return std::nullopt;
  Millis sum(0);
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto letters = text.substr(0, std::min(text.find_first_of("0123456789"), text.size()));
    while (next_unit < time_units.size() && time_units.at(next_unit).name != letters)
      ++next_unit;
    if (next_unit == time_units.size()) return std::nullopt;
    const auto length = time_units.at(next_unit++).length;
    if (number > longest / length) return std::nullopt;
    sum += number * length;
    text.remove_prefix(letters.size());
  }
  return sum <= longest ? std::optional(sum) : std::nullopt;
}

std::string format_duration(Millis duration) {
  if (duration <= Millis(0)) return "0";
  std::string text;
  for (const auto& unit : time_units) {
    const auto number = duration / unit.length;
    if (number > 0) text += fmt::format("{}{}", number, unit.name);
    duration -= number * unit.length;
  }
  return text;
}

}  // namespace scale_fleet
