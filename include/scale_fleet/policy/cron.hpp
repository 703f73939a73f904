#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// Five fields as crontab(5) has them: minute hour day-of-month month day-of-week; lists, ranges,
/// steps, names of months and days, 7 for Sunday; where both days are restricted (neither begins
/// with `*`) either suffices. In UTC.
class Cron {
 public:
  /// The error (ErrorKind::usage) names the field and what may stand there. Refused besides what
  /// has no meaning: ranges that run backwards, steps of a single value, `@daily` and its like,
  /// days that none of the months has.
  static Result<Cron> parse(std::string_view text);

  /// The five fields with one blank between each.
  const std::string& text() const { return text_; }

  /// Whether the minute matches that the moment is in.
  bool matches(WallTime minute) const;
  /// The last match (the start of a minute) at or before `now`, not before `now - at_most`; empty
  /// where there is none. Quick however far that is: it passes over hours, days and months.
  std::optional<WallTime> last_match(WallTime now, Millis at_most) const;

  bool operator==(const Cron&) const = default;

 private:
  Cron() = default;

  bool matches_day(std::chrono::sys_days day) const;
  /// Of a day that matches: the last match in it not after `latest` after its start.
  std::optional<std::chrono::minutes> last_time_of_day(std::chrono::minutes latest) const;

  std::string text_;
  std::uint64_t minutes_ = 0;  // Bit by bit, as the others.
  std::uint32_t hours_ = 0;
  std::uint32_t days_ = 0;
  std::uint32_t months_ = 0;
  std::uint32_t weekdays_ = 0;
  bool any_day_ = true;
  bool any_weekday_ = true;
};

}  // namespace scale_fleet
