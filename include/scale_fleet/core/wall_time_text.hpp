#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// The moment that a text names: ISO 8601 (`2026-11-21T08:15:30.123Z`, an offset instead of the Z,
/// none at all meaning UTC, a blank instead of the T), or seconds since 1970 with or without a
/// fraction. Empty for anything else.
std::optional<WallTime> parse_wall_time(std::string_view text);

/// `2026-11-21T08:15:30.123Z`
std::string format_wall_time(WallTime time);

}  // namespace scale_fleet
