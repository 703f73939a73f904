#include "scale_fleet/policy/decision.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "policy/brakes.hpp"
#include "policy/demands.hpp"
#include "policy/verdict.hpp"
#include "policy/victims.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/policy/bounds.hpp"

namespace scale_fleet {
namespace {

/// Where the count is outside its bounds: back into them, whatever else is.
std::optional<Decision> by_bounds(const HeldBounds& bounds, InstanceCount current) {
  const auto count = std::clamp(current, bounds.min, bounds.max);
  if (count == current) return std::nullopt;
  const bool is_up = count > current;
  const auto* window = is_up ? bounds.min_by : bounds.max_by;
  Decision decision{.count = count, .direction = direction_between(current, count)};
  decision.kind = window != nullptr ? ReasonKind::schedule
                  : is_up           ? ReasonKind::below_min
                                    : ReasonKind::above_max;
  decision.asked_by = window != nullptr ? "schedule" : is_up ? "min" : "max";
  decision.reasons.push_back(fmt::format(
      "{}: {}, {} is {}{}",
      decision.asked_by,
      counted(current, "instance"),
      is_up ? "min" : "max",
      count,
      window == nullptr ? "" : fmt::format(" in the window of '{}'", window->cron.text())));
  return decision;
}

Decision by_key(InstanceCount desired, const HeldBounds& bounds, InstanceCount current) {
  const auto count = std::clamp(desired, bounds.min, bounds.max);
  Decision decision{
      .count = count, .direction = direction_between(current, count), .kind = ReasonKind::desired};
  decision.asked_by = "desired";
  decision.reasons.push_back(fmt::format("desired: the key says {}", desired));
  if (count != desired) {
    decision.limits.push_back(fmt::format(
        "asked for {}, limited to {} by {}", desired, count, count < desired ? "max" : "min"));
  }
  return decision;
}

void hold_for_unknown_key(Decision& decision, InstanceCount current) {
  if (decision.direction != Direction::down) return;
  decision.limits.push_back(fmt::format(
      "the key of the desired count can't be read, and it may ask for more: {} -> {} waits",
      current,
      decision.count));
  decision.count = current;
  decision.direction = Direction::none;
}

/// Nothing but the count as it is: where a pause forbids the rest.
void hold_while_paused(Decision& decision,
                       const Situation& situation,
                       InstanceCount current,
                       WallTime now) {
  const auto& pause = situation.pause;
  if (!pause || (pause->until && *pause->until <= now)) return;
  if (pause->down_only && decision.direction != Direction::down) return;
  const auto until = pause->until ? " until " + format_wall_time(*pause->until) : "";
  decision.limits.push_back(
      decision.direction == Direction::none
          ? fmt::format("paused{}", until)
          : fmt::format("paused{}: {} -> {} waits", until, current, decision.count));
  decision.count = current;
  decision.direction = Direction::none;
  decision.kind = ReasonKind::paused;
  decision.asked_by.clear();
  decision.cooldown = Millis(0);
  answer_alerts(decision, situation.demands);
}

}  // namespace

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::none:
      return "none";
    case Direction::up:
      return "up";
    case Direction::down:
      return "down";
  }
  return "";
}

std::string_view to_string(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::steady:
      return "steady";
    case ReasonKind::below_min:
      return "below_min";
    case ReasonKind::above_max:
      return "above_max";
    case ReasonKind::schedule:
      return "schedule";
    case ReasonKind::desired:
      return "desired";
    case ReasonKind::program:
      return "program";
    case ReasonKind::alert:
      return "alert";
    case ReasonKind::threshold:
      return "threshold";
    case ReasonKind::target:
      return "target";
    case ReasonKind::no_data:
      return "no_data";
    case ReasonKind::paused:
      return "paused";
  }
  return "";
}

Decision decide(const ServicePolicy& policy,
                const Situation& situation,
                const History& history,
                WallTime now) {
  const Question question{policy, situation, history, now};
  const auto current = question.current();
  const auto bounds = bounds_at(policy, now);
  std::vector<RuleAnswer> answers;
  Decision decision;
  if (auto bounded = by_bounds(bounds, current)) {
    decision = std::move(*bounded);
  } else if (situation.desired) {
    decision = by_key(*situation.desired, bounds, current);
    answer_all(decision, situation.demands);
  } else if (const auto settled = settled_demands(situation.demands); !settled.empty()) {
    decision = by_demands(settled, question, bounds);
  } else {
    answers = answers_to(question);
    decision = verdict(answers, current);
    brake(decision, question, bounds);
    weigh_alerts(decision, answers, question, bounds);
    if (situation.is_desired_unknown) hold_for_unknown_key(decision, current);
  }
  hold_while_paused(decision, situation, current, now);
  if (decision.direction == Direction::none) decision.carried_out.clear();
  if (decision.direction == Direction::down)
    decision.victims = victims(question, answers, current - decision.count);
  return decision;
}

}  // namespace scale_fleet
