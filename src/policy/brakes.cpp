#include "policy/brakes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/rate.hpp"
#include "policy/settling.hpp"
#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

/// To the whole second above, as people reckon it.
std::string seconds_text(Millis span) {
  return format_duration(std::chrono::ceil<std::chrono::seconds>(span));
}

/// The one that closes the direction for longest: an up's cool-down closes the way down, too.
const CoolDown* closed_by(const Question& question, Direction direction) {
  const CoolDown* longest = nullptr;
  const auto consider = [&](const std::optional<CoolDown>& cooldown) {
    if (!cooldown || cooldown->until <= question.now) return;
    if (longest == nullptr || cooldown->until > longest->until) longest = &*cooldown;
  };
  consider(question.history.up);
  if (direction == Direction::down) consider(question.history.down);
  return longest;
}

/// Takes the count back towards the current one, which ends the way where it is reached.
void hold_at(Decision& decision, InstanceCount count, InstanceCount current, std::string why) {
  decision.count =
      decision.direction == Direction::up ? std::max(count, current) : std::min(count, current);
  decision.limits.push_back(std::move(why));
  if (decision.count == current) decision.direction = Direction::none;
}

/// Whether `count` is nearer to where the decision comes from than its own.
bool is_less_far(const Decision& decision, InstanceCount count) {
  switch (decision.direction) {
    case Direction::up:
      return count < decision.count;
    case Direction::down:
      return count > decision.count;
    case Direction::none:
      return false;
  }
  return false;
}

void hold_for_cooldown(Decision& decision, const Question& question) {
  if (decision.direction == Direction::none) return;
  const auto* cooldown = closed_by(question, decision.direction);
  if (cooldown == nullptr) return;
  auto why = fmt::format("{} is closed for {} more after {}: {} -> {} waits",
                         to_string(decision.direction),
                         seconds_text(cooldown->until - question.now),
                         cooldown->because,
                         question.current(),
                         decision.count);
  hold_at(decision, question.current(), question.current(), std::move(why));
}

void hold_until_settled(Decision& decision, const Question& question) {
  if (decision.direction == Direction::none) return;
  const bool is_up = decision.direction == Direction::up;
  const auto result = settled(question, decision.direction, decision.count);
  if (!is_less_far(decision, result.count)) return;
  const auto window = is_up ? question.policy.settle_up : question.policy.settle_down;
  auto why = fmt::format("asked for {}, settling at {}, the {} of the last {}, for {} more",
                         decision.count,
                         result.count,
                         is_up ? "lowest" : "highest",
                         format_duration(window),
                         seconds_text(result.remaining));
  hold_at(decision, result.count, question.current(), std::move(why));
}

void hold_to_rate(Decision& decision, const Question& question) {
  if (decision.direction == Direction::none) return;
  const bool is_up = decision.direction == Direction::up;
  const auto& limit = is_up ? question.policy.limit_up : question.policy.limit_down;
  if (!limit) return;
  const auto allowed = allowance(question, *limit, decision.direction);
  if (!is_less_far(decision, allowed.count)) return;
  auto why = fmt::format("asked for {}, limited to {}: {} by at most {}{} in {}",
                         decision.count,
                         is_up ? std::max(allowed.count, question.current())
                               : std::min(allowed.count, question.current()),
                         to_string(decision.direction),
                         limit->by.amount,
                         limit->by.kind == Adjustment::Kind::percent ? "%" : "",
                         format_duration(limit->period));
  if (allowed.remaining > Millis(0))
    why += fmt::format(", again in {}", seconds_text(allowed.remaining));
  hold_at(decision, allowed.count, question.current(), std::move(why));
}

void hold_in_bounds(Decision& decision, const HeldBounds& bounds, InstanceCount current) {
  const auto count = std::clamp(decision.count, bounds.min, bounds.max);
  if (count == decision.count) return;
  const bool is_max = count < decision.count;
  const auto* by = is_max ? bounds.max_by : bounds.min_by;
  auto why = fmt::format("asked for {}, limited to {} by {}{}",
                         decision.count,
                         count,
                         is_max ? "max" : "min",
                         by == nullptr ? "" : fmt::format(" of schedule '{}'", by->cron.text()));
  hold_at(decision, count, current, std::move(why));
}

}  // namespace

void brake(Decision& decision, const Question& question, const HeldBounds& bounds) {
  // First: what the bounds forbid anyway waits for nothing.
  if (decision.direction != Direction::none) hold_in_bounds(decision, bounds, question.current());
  hold_for_cooldown(decision, question);
  hold_until_settled(decision, question);
  hold_to_rate(decision, question);
}

void brake_alert(Decision& decision, const Question& question, const HeldBounds& bounds) {
  if (decision.direction != Direction::none) hold_in_bounds(decision, bounds, question.current());
  hold_for_cooldown(decision, question);
  hold_to_rate(decision, question);
}

}  // namespace scale_fleet
