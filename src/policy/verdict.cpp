#include "policy/verdict.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

/// Whose answer decides an up: the highest, of equal ones that with the longest cool-down.
const RuleAnswer* highest_up(const std::vector<RuleAnswer>& answers) {
  const RuleAnswer* highest = nullptr;
  for (const auto& answer : answers) {
    if (!answer.asks_up) continue;
    const auto rank = [](const RuleAnswer& each) {
      return std::pair(*each.asks_up, each.cooldown_up);
    };
    if (highest == nullptr || rank(answer) > rank(*highest)) highest = &answer;
  }
  return highest;
}

const RuleAnswer* highest_down(const std::vector<RuleAnswer>& answers) {
  const RuleAnswer* highest = nullptr;
  for (const auto& answer : answers) {
    if (!answer.asks_down) continue;
    const auto rank = [](const RuleAnswer& each) {
      return std::pair(*each.agrees_to, each.cooldown_down);
    };
    if (highest == nullptr || rank(answer) > rank(*highest)) highest = &answer;
  }
  return highest;
}

void decide_by(Decision& decision, const RuleAnswer& answer, InstanceCount count) {
  decision.kind = answer.kind;
  decision.asked_by = answer.path;
  decision.direction = count > decision.count ? Direction::up : Direction::down;
  decision.cooldown =
      decision.direction == Direction::up ? answer.cooldown_up : answer.cooldown_down;
  decision.recommended = count;
  decision.count = count;
}

/// The deciding rule's first, then of all that ask, then the others'.
void add_reasons(Decision& decision,
                 const std::vector<RuleAnswer>& answers,
                 const RuleAnswer* deciding) {
  if (deciding != nullptr) decision.reasons.push_back(deciding->reason);
  const auto asks = [](const RuleAnswer& answer) { return answer.asks_up || answer.asks_down; };
  for (const bool asking : {true, false}) {
    for (const auto& answer : answers) {
      if (&answer != deciding && asks(answer) == asking) decision.reasons.push_back(answer.reason);
    }
  }
}

void consider_down(Decision& decision,
                   const std::vector<RuleAnswer>& answers,
                   const RuleAnswer& asking) {
  InstanceCount lowest = 0;
  for (const auto& answer : answers)
    lowest = std::max(lowest, answer.agrees_to.value_or(0));
  if (lowest < decision.count) {
    for (const auto& answer : answers) {
      if (&answer != &asking && answer.agrees_to == lowest && lowest > *asking.agrees_to)
        decision.limits.push_back("not below what agrees: " + answer.reason);
    }
    decide_by(decision, asking, lowest);
    return;
  }
  for (const auto& answer : answers) {
    if (answer.agrees_to.value_or(0) >= decision.count)
      decision.limits.push_back("not down: " + answer.reason);
  }
}

}  // namespace

std::vector<RuleAnswer> answers_to(const Question& question) {
  const auto& policy = question.policy;
  std::vector<RuleAnswer> answers;
  answers.reserve(policy.scale_up.size() + policy.scale_down.size() + policy.target.size());
  for (const auto& rule : policy.scale_up)
    answers.push_back(answer_of(rule, Direction::up, question));
  for (const auto& rule : policy.scale_down)
    answers.push_back(answer_of(rule, Direction::down, question));
  for (const auto& rule : policy.target)
    answers.push_back(answer_of(rule, question));
  return answers;
}

Decision verdict(const std::vector<RuleAnswer>& answers, InstanceCount current) {
  Decision decision{.count = current};
  const auto has_say = [](const RuleAnswer& answer) { return answer.has_say; };
  if (std::ranges::any_of(answers, has_say)) decision.recommended = current;
  const auto* up = highest_up(answers);
  const auto* down = up == nullptr ? highest_down(answers) : nullptr;
  if (up != nullptr) {
    decide_by(decision, *up, *up->asks_up);
  } else if (down != nullptr) {
    consider_down(decision, answers, *down);
  }
  add_reasons(decision, answers, up != nullptr ? up : down);
  return decision;
}

}  // namespace scale_fleet
