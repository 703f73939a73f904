#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// Five fields as crontab(5) has them: minute hour day-of-month month day-of-week; lists, ranges,
/// steps, names of months and days, 7 for Sunday; where both days are restricted either suffices.
/// In UTC.
class Cron {
 public:
  /// The error (ErrorKind::usage) names the field and what may stand there.
  static Result<Cron> parse(std::string_view text);

  const std::string& text() const { return text_; }

  bool matches(WallTime minute) const;
  /// The last match at or before `now`, not before `now - at_most`; empty where there is none.
  std::optional<WallTime> last_match(WallTime now, Millis at_most) const;

  bool operator==(const Cron&) const = default;

 private:
  Cron() = default;

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
