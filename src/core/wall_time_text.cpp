#include "scale_fleet/core/wall_time_text.hpp"

#include <date/date.h>

#include <charconv>
#include <cmath>
#include <sstream>

namespace scale_fleet {
namespace {

/// The last moment whose milliseconds are exact in a double, and far beyond any metric.
constexpr double latest_seconds = 1e11;

std::optional<WallTime> parse_seconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= 0 && seconds <= latest_seconds)) return std::nullopt;
  return WallTime(Millis(std::llround(seconds * 1000)));
}

std::optional<WallTime> parse_with(const char* format, const std::string& text) {
  // Nine digits of a fraction are read; a coarser type refuses them.
  date::sys_time<std::chrono::nanoseconds> time;
  std::istringstream stream(text);
  stream >> date::parse(format, time);
  if (stream.fail() || stream.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return std::chrono::floor<Millis>(time);
}

}  // namespace

std::optional<WallTime> parse_wall_time(std::string_view text) {
  const bool has_date = text.size() > 10 && text[4] == '-' && text[7] == '-';
  if (!has_date) return parse_seconds(text);
  // A year that nanoseconds can count: 1970 to 2261.
  if (text < "1970" || text >= "2262") return std::nullopt;
  std::string iso(text);
  if (iso[10] == ' ') iso[10] = 'T';
  for (const auto* format : {"%FT%TZ", "%FT%T%Ez", "%FT%T", "%FT%RZ", "%FT%R"}) {
    if (const auto time = parse_with(format, iso)) return time;
  }
  return std::nullopt;
}

std::string format_wall_time(WallTime time) {
  return date::format("%FT%TZ", time);
}

}  // namespace scale_fleet
