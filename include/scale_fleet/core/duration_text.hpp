#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// `30s`, `1m`, `1h30m`, `250ms`, `2d`: whole numbers with a unit (d, h, m, s, ms), greatest first,
/// each at most once; `0` alone. At most 10,000 days. Empty for anything else, a bare number too.
std::optional<Millis> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads as `duration` (at least 0): `1h30m`.
std::string format_duration(Millis duration);

}  // namespace scale_fleet
