#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// Lets one of a kind through in `rest`, and counts the others: whoever is told a thousand times
/// looks no more. Not safe for several threads.
class RareNotices {
 public:
  explicit RareNotices(Millis rest) : rest_(rest) {}

  /// How many of this kind were held back since the last one that wasn't; empty: this one is held
  /// back, too. A clock that was set back holds none back for longer than `rest`.
  std::optional<std::size_t> let_through(const std::string& kind, WallTime now) {
    auto& kept = kinds_[kind];
    const bool rests = kept.last && *kept.last <= now && now - *kept.last < rest_;
    if (rests) {
      ++kept.held_back;
      return std::nullopt;
    }
    const auto held_back = kept.held_back;
    kept = {.last = now, .held_back = 0};
    return held_back;
  }

 private:
  struct Kind {
    std::optional<WallTime> last = {};
    std::size_t held_back = 0;
  };

  Millis rest_;
  std::map<std::string, Kind> kinds_;
};

}  // namespace scale_fleet
