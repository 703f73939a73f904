#include "scale_fleet/policy/cron.hpp"

#include <algorithm>
#include <bit>

namespace scale_fleet {
namespace {

/// The calendar of the library ends in the year 32767; nobody's schedule gets that far.
constexpr Millis end_of_calendar = std::chrono::days(3'650'000);

/// The greatest number at most `limit` whose bit is set.
std::optional<int> last_bit(std::uint64_t bits, int limit) {
  const auto mask = limit >= 63 ? ~std::uint64_t{0} : (std::uint64_t{1} << (limit + 1)) - 1;
  const auto left = bits & mask;
  if (left == 0) return std::nullopt;
  return 63 - std::countl_zero(left);
}

bool has(std::uint64_t bits, unsigned number) {
  return (bits >> number & 1U) != 0;
}

}  // namespace

bool Cron::matches(WallTime minute) const {
  const auto start = std::chrono::floor<std::chrono::minutes>(minute);
  return last_match(start, Millis(0)) == start;
}

std::optional<WallTime> Cron::last_match(WallTime now, Millis at_most) const {
  if (now.time_since_epoch() > end_of_calendar || now.time_since_epoch() < -end_of_calendar)
    return std::nullopt;
  if (at_most < Millis(0)) return std::nullopt;
  const auto earliest = now - std::min(at_most, end_of_calendar);
  const auto first_day = std::chrono::floor<std::chrono::days>(earliest);
  const auto today = std::chrono::floor<std::chrono::days>(now);
  for (auto day = today; day >= first_day; day -= std::chrono::days(1)) {
    const std::chrono::year_month_day date(day);
    if (!has(months_, unsigned{date.month()})) {
      day = date.year() / date.month() / 1;  // None of this month: on with the one before.
      continue;
    }
    if (!matches_day(day)) continue;
    // Whole minutes are left of today; all 1,440 of any other day.
    const auto left = day == today ? std::chrono::floor<std::chrono::minutes>(now - day)
                                   : std::chrono::days(1) - std::chrono::minutes(1);
    if (const auto time = last_time_of_day(left)) {
      const WallTime match = day + *time;
      return match >= earliest ? std::optional(match) : std::nullopt;
    }
  }
  return std::nullopt;
}

bool Cron::matches_day(std::chrono::sys_days day) const {
  const std::chrono::year_month_day date(day);
  const bool is_day = has(days_, unsigned{date.day()});
  const bool is_weekday = has(weekdays_, std::chrono::weekday(day).c_encoding());
  return any_day_ || any_weekday_ ? is_day && is_weekday : is_day || is_weekday;
}

std::optional<std::chrono::minutes> Cron::last_time_of_day(std::chrono::minutes latest) const {
  const auto latest_hour = static_cast<int>(latest / std::chrono::hours(1));
  const auto latest_minute =
      static_cast<int>(latest % std::chrono::hours(1) / std::chrono::minutes(1));
  if (has(hours_, static_cast<unsigned>(latest_hour))) {
    if (const auto minute = last_bit(minutes_, latest_minute))
      return std::chrono::hours(latest_hour) + std::chrono::minutes(*minute);
  }
  const auto hour = latest_hour > 0 ? last_bit(hours_, latest_hour - 1) : std::nullopt;
  const auto minute = last_bit(minutes_, 59);
  if (!hour || !minute) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

}  // namespace scale_fleet
