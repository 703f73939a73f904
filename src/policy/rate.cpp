#include "policy/rate.hpp"

#include <algorithm>

#include "policy/breach.hpp"

namespace scale_fleet {

RateAllowance allowance(const Question& question, const RateLimit& limit, Direction direction) {
  const bool is_up = direction == Direction::up;
  auto start = question.current();
  RateAllowance result;
  for (const auto& change : question.history.changes) {
    const auto age = question.now - change.time;
    if (age >= limit.period) continue;
    for (const auto count : {change.before, change.after})
      start = is_up ? std::min(start, count) : std::max(start, count);
    const auto left = std::min(limit.period - age, limit.period);
    result.remaining = result.remaining == Millis(0) ? left : std::min(result.remaining, left);
  }
  auto by = limit.by;
  if (by.kind == Adjustment::Kind::exact) by.kind = Adjustment::Kind::instances;
  result.count = is_up ? raised(start, by) : lowered(start, by);
  return result;
}

}  // namespace scale_fleet
