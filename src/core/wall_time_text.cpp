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

/// Cuts `form` off the start of `text`, where a 0 stands for any digit; false where it isn't there.
bool take_form(std::string_view& text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !is_digit : form[i] != text[i]) return false;
  }
  text.remove_prefix(form.size());
  return true;
}

/// The format of a text; empty where it has none that is known. date::parse() may only be asked
/// by the right one: where it looks for seconds and there are none, it makes some that are no
/// number, whose conversion is undefined (date 3.0.1).
std::string iso_format(std::string_view text) {
  if (!take_form(text, "0000-00-00T00:00")) return {};
  const bool has_seconds = take_form(text, ":00");
  if (has_seconds && take_form(text, ".0")) {
    while (take_form(text, "0")) {
    }
  }
  std::string format = has_seconds ? "%FT%T" : "%FT%R";
  if (text.empty()) return format;
  if (text == "Z") return format + "Z";
  const bool is_offset = take_form(text, "+00:00") || take_form(text, "-00:00");
  return is_offset && text.empty() ? format + "%Ez" : std::string();
}

std::optional<WallTime> parse_with(const std::string& format, const std::string& text) {
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
  const auto format = iso_format(iso);
  return format.empty() ? std::nullopt : parse_with(format, iso);
}

std::string format_wall_time(WallTime time) {
  return date::format("%FT%TZ", time);
}

}  // namespace scale_fleet
