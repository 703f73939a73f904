#include "policy/demands.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "policy/brakes.hpp"
#include "policy/breach.hpp"
#include "policy/verdict.hpp"

namespace scale_fleet {
namespace {

/// Where the policy lets nobody in, a demand that was accepted before still has a step.
RemoteRule rule_of(const ServicePolicy& policy) {
  return policy.remote.value_or(RemoteRule{});
}

Adjustment step_of(const Demand& demand, const RemoteRule& rule) {
  if (demand.by) return {.kind = Adjustment::Kind::instances, .amount = *demand.by};
  return demand.direction == Direction::up ? rule.up_by : rule.down_by;
}

/// By the demand alone, from 0 to max_count, where there are `current`.
InstanceCount count_asked_for(const Demand& demand, InstanceCount current, const RemoteRule& rule) {
  if (demand.count) return std::min(*demand.count, max_count);
  const auto step = step_of(demand, rule);
  switch (demand.direction) {
    case Direction::up:
      return raised(current, step);
    case Direction::down:
      return lowered(current, step);
    case Direction::none:
      break;
  }
  return current;
}

std::string reason_of(const Demand& demand, InstanceCount current, InstanceCount count) {
  if (demand.count) return fmt::format("{}: asks for {}", demand.asked_by, *demand.count);
  return fmt::format("{}: asks for {} {}",
                     demand.asked_by,
                     count > current ? count - current : current - count,
                     demand.direction == Direction::up ? "more" : "fewer");
}

/// In the order in which they are said first, with how often they are; thousands may ask the same.
std::vector<std::string> each_once(const std::vector<std::string>& said) {
  constexpr std::size_t most = 20;
  std::vector<std::string> once;
  std::map<std::string, std::size_t> times;
  for (const auto& each : said) {
    if (++times[each] == 1) once.push_back(each);
  }
  const auto others = once.size() > most ? once.size() - most : 0;
  if (others > 0) once.resize(most);
  for (auto& each : once) {
    if (const auto count = times[each]; count > 1) each += fmt::format(" ({} times)", count);
  }
  if (others > 0) once.push_back(fmt::format("and {} more", others));
  return once;
}

RuleAnswer answer_of(const Demand& alert, const Question& question) {
  const auto rule = rule_of(question.policy);
  const auto count = count_asked_for(alert, question.current(), rule);
  RuleAnswer answer{.path = alert.asked_by,
                    .kind = ReasonKind::alert,
                    .cooldown_up = rule.cooldown_up,
                    .cooldown_down = rule.cooldown_down,
                    .reason = reason_of(alert, question.current(), count),
                    .fired = {}};
  if (count > question.current()) answer.asks_up = count;
  if (count < question.current()) {
    answer.asks_down = true;
    answer.agrees_to = count;
  }
  return answer;
}

std::vector<RuleAnswer> answers_to(std::span<const Demand> alerts, const Question& question) {
  std::vector<RuleAnswer> answers;
  for (const auto& alert : alerts)
    answers.push_back(answer_of(alert, question));
  return answers;
}

bool asks_for_more(const RuleAnswer& answer) {
  return answer.asks_up.has_value();
}

/// What the alerts come to. The rules are asked about a down alone: whether they object, or want
/// more themselves.
Decision verdict_of_alerts(std::vector<RuleAnswer> alerts,
                           const std::vector<RuleAnswer>& rules,
                           InstanceCount current) {
  if (std::ranges::any_of(alerts, asks_for_more)) return verdict(alerts, current);
  const auto wants_more = std::ranges::find_if(rules, asks_for_more);
  if (wants_more != rules.end()) {
    Decision decision{.count = current, .kind = ReasonKind::alert};
    for (const auto& alert : alerts)
      decision.reasons.push_back(alert.reason);
    decision.asked_by = alerts.front().path;
    decision.limits.push_back("not down: " + wants_more->reason);
    return decision;
  }
  for (auto rule : rules) {
    rule.asks_down = false;
    alerts.push_back(std::move(rule));
  }
  return verdict(alerts, current);
}

bool goes_further(const Decision& alerts, const Decision& rules) {
  if (alerts.direction == Direction::up) return alerts.count > rules.count;
  return rules.direction != Direction::up && alerts.count < rules.count;
}

/// Of a decision that goes their way, whoever decided it.
void note_carried_out(Decision& decision, std::span<const Demand> alerts) {
  for (const auto& alert : alerts) {
    decision.answered.push_back(alert.id);
    if (alert.direction == decision.direction) decision.carried_out.push_back(alert.id);
  }
}

}  // namespace

std::vector<const Demand*> settled_demands(std::span<const Demand> demands) {
  std::vector<const Demand*> settled;
  for (const auto& demand : demands) {
    const bool is_program = demand.asker == Asker::program;
    if (!is_program && demand.count) return {&demand};
    if (is_program) settled.push_back(&demand);
  }
  return settled;
}

Decision by_demands(const std::vector<const Demand*>& demands,
                    const Question& question,
                    const HeldBounds& bounds) {
  const auto rule = rule_of(question.policy);
  const auto& last = *demands.back();
  const bool is_program = last.asker == Asker::program;
  Decision decision{.count = question.current(),
                    .kind = is_program ? ReasonKind::program : ReasonKind::alert};
  for (const auto* demand : demands) {
    const auto asked = count_asked_for(*demand, decision.count, rule);
    decision.reasons.push_back(reason_of(*demand, decision.count, asked));
    decision.count = std::clamp(asked, bounds.min, bounds.max);
    if (decision.count != asked) {
      decision.limits.push_back(fmt::format("asked for {}, limited to {} by {}",
                                            asked,
                                            decision.count,
                                            decision.count < asked ? "max" : "min"));
    }
    decision.answered.push_back(demand->id);
  }
  decision.reasons = each_once(decision.reasons);
  decision.limits = each_once(decision.limits);
  decision.carried_out = decision.answered;
  decision.direction = direction_between(question.current(), decision.count);
  decision.asked_by = last.asked_by;
  decision.cooldown = is_program                              ? question.policy.manual_cooldown
                      : decision.direction == Direction::down ? rule.cooldown_down
                                                              : rule.cooldown_up;
  return decision;
}

void weigh_alerts(Decision& decision,
                  const std::vector<RuleAnswer>& answers,
                  const Question& question,
                  const HeldBounds& bounds) {
  const auto alerts = question.situation.demands;
  if (alerts.empty()) return;
  auto with_alerts = verdict_of_alerts(answers_to(alerts, question), answers, question.current());
  with_alerts.reasons = each_once(with_alerts.reasons);
  brake_alert(with_alerts, question, bounds);
  if (goes_further(with_alerts, decision) || decision.direction == Direction::none) {
    with_alerts.recommended = decision.recommended;
    decision = std::move(with_alerts);
  }
  note_carried_out(decision, alerts);
}

void answer_all(Decision& decision, std::span<const Demand> demands) {
  decision.answered.clear();
  decision.carried_out.clear();
  for (const auto& demand : demands)
    decision.answered.push_back(demand.id);
}

void answer_alerts(Decision& decision, std::span<const Demand> demands) {
  decision.answered.clear();
  decision.carried_out.clear();
  for (const auto& demand : demands) {
    if (demand.asker == Asker::alert) decision.answered.push_back(demand.id);
  }
}

}  // namespace scale_fleet
