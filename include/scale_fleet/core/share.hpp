#pragma once

#include <string_view>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// A number of instances, or a part of them: `2` or `25%`.
struct Share {
  InstanceCount number = 0;
  bool is_percent = false;

  /// Decimal digits, with a `%` behind them for a part: at most 65,535, at most 100 %. Anything
  /// else is ErrorKind::usage.
  static Result<Share> parse(std::string_view text);

  /// Of `count` instances, a fraction rounded up, or down.
  InstanceCount rounded_up(InstanceCount count) const;
  InstanceCount rounded_down(InstanceCount count) const;

  bool operator==(const Share&) const = default;
};

}  // namespace scale_fleet
