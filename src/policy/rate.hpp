#pragma once

#include <optional>

#include "policy/question.hpp"

namespace scale_fleet {

/// How far a rate limit lets the count go now.
struct RateAllowance {
  InstanceCount count = 0;
  Millis remaining{0};  ///< Until the oldest change in the span has left it; 0 where none is there.
};

/// In any span of the limit's period the count rises (falls) by no more than its amount. So it is
/// reckoned from the lowest (highest) count that there was in the period up to now, by whomever it
/// was changed.
RateAllowance allowance(const Question& question, const RateLimit& limit, Direction direction);

}  // namespace scale_fleet
