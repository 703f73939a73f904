#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Instances of one service. Above max_count Fleet's own page arithmetic overflows (16 bits).
using InstanceCount = std::uint32_t;
inline constexpr InstanceCount max_count = 65'535;

/// What a person asks for: `5`, `+2` or `-1`.
struct Count {
  enum class Kind { absolute, more, fewer };

  Kind kind = Kind::absolute;
  InstanceCount number = 0;

  /// Decimal digits, with at most one sign before them; anything else is ErrorKind::usage, never 0.
  static Result<Count> parse(std::string_view text);

  bool operator==(const Count&) const = default;
};

/// Bounds that hold whatever is asked.
struct CountBounds {
  std::optional<InstanceCount> min;
  std::optional<InstanceCount> max;
};

struct DesiredCount {
  InstanceCount count = 0;
  /// Says which bound decided, and what was asked; empty where none did.
  std::string limited;
};

/// The count to reach from `current`, never below zero, within the bounds.
DesiredCount desired_count(const Count& asked, InstanceCount current, const CountBounds& bounds);

}  // namespace scale_fleet
