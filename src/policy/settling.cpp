#include "policy/settling.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// How long a pause between two decisions may be and is no interruption: as long as the window, or
/// as a few of the shortest pause known, for decisions may be rarer than the window is long.
Millis longest_pause(const std::vector<Recommendation>& all, Millis window) {
  auto shortest = Millis(0);
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto pause = all[i].time - all[i - 1].time;
    if (pause > Millis(0) && (shortest == Millis(0) || pause < shortest)) shortest = pause;
  }
  return std::max(window, shortest > Millis::max() / 4 ? shortest : shortest * 3);
}

/// Since when decisions have been made without an interruption.
WallTime decided_since(const std::vector<Recommendation>& all, Millis window, WallTime now) {
  const auto longest_gap = longest_pause(all, window);
  auto since = now;
  for (auto i = all.size(); i > 0; --i) {
    const auto time = all[i - 1].time;
    if (since - time > longest_gap) break;
    since = std::min(since, time);
  }
  return since;
}

}  // namespace

SettledCount settled(const Question& question, Direction direction, InstanceCount wanted) {
  const bool is_up = direction == Direction::up;
  const auto window = is_up ? question.policy.settle_up : question.policy.settle_down;
  SettledCount result{.count = wanted};
  if (window <= Millis(0)) return result;
  const auto consider = [&](InstanceCount count, Millis remaining) {
    const bool is_stricter = is_up ? count < result.count : count > result.count;
    if (!is_stricter && count != result.count) return;
    result = {count, is_stricter ? remaining : std::max(result.remaining, remaining)};
  };
  const auto& all = question.history.recommendations;
  const auto decided_for = question.now - decided_since(all, window, question.now);
  if (decided_for < window) consider(question.current(), window - decided_for);
  for (const auto& each : all) {
    const auto age = question.now - each.time;
    if (age < window) consider(each.count, std::min(window - age, window));
  }
  return result;
}

}  // namespace scale_fleet
