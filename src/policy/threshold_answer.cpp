#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "policy/aggregate.hpp"
#include "policy/breach.hpp"
#include "policy/rule_answer.hpp"
#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

/// Of a rule over all its instances.
struct Finding {
  bool fires = false;
  double value = 0;  ///< Decides on the step.
  std::string text;  ///< `etcd web/cpu per instance of web@1.service is 91 (above 80) for 30s`
  std::vector<FiredInstance> fired;
};

std::string_view word_of(Comparison comparison) {
  return comparison == Comparison::above ? "above" : "below";
}

/// To the whole second below, where that isn't nothing: samples come a few milliseconds late.
std::string span_text(Millis span) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(span);
  return format_duration(whole.count() > 0 ? Millis(whole) : span);
}

/// `is 91 (above 80) for 10s of 30s`
std::string text_of(const ThresholdRule& rule, const Breach& breach) {
  const auto bound = fmt::format("{} {}", word_of(rule.comparison), rule.threshold);
  if (!breach.is_begun) return fmt::format("is {}, not {}", breach.value, bound);
  if (rule.points) {
    return fmt::format("is {} ({}){}, in {} of {} samples",
                       breach.value,
                       bound,
                       breach.fires ? "" : ", not yet",
                       rule.points->breaching,
                       rule.points->of);
  }
  const auto length = breach.length > Millis(0) || !breach.fires
                          ? fmt::format(" for {}", span_text(breach.length))
                          : "";
  const auto wanted = breach.fires ? "" : fmt::format(" of {}", format_duration(rule.period));
  return fmt::format("is {} ({}){}{}", breach.value, bound, length, wanted);
}

/// Of one series, whatever the aggregation.
Finding find_in_one(const ThresholdRule& rule, std::span<const Sample> series) {
  const auto breach = breach_of(series, rule);
  const bool is_merged = rule.metric.per_instance;
  return {.fires = breach.fires,
          .value = breach.value,
          .text = fmt::format("{}{} {}",
                              is_merged ? to_string(rule.aggregation) + " of " : "",
                              metric_key(rule.metric),
                              text_of(rule, breach)),
          .fired = {}};
}

struct InstanceBreach {
  const InstanceView* instance = nullptr;
  Breach breach;
};

/// Those that fire first, and among them the furthest from the threshold.
std::vector<InstanceBreach> answers_by_weight(const ThresholdRule& rule, const MetricView& view) {
  std::vector<InstanceBreach> answers;
  for (const auto& series : view.usable)
    answers.push_back({series.instance, breach_of(series.samples, rule)});
  std::ranges::stable_sort(answers, [&](const InstanceBreach& a, const InstanceBreach& b) {
    if (a.breach.fires != b.breach.fires) return a.breach.fires;
    return breaches(a.breach.value, rule.comparison, b.breach.value);
  });
  return answers;
}

Finding find_by_answers(const ThresholdRule& rule, const MetricView& view, bool needs_all) {
  const auto answers = answers_by_weight(rule, view);
  const auto fires = [](const InstanceBreach& answer) { return answer.breach.fires; };
  const auto firing = static_cast<std::size_t>(std::ranges::count_if(answers, fires));
  const auto asked = answers.size() + (needs_all ? view.silent.size() : 0);
  const auto needed = answers_needed(rule.aggregation, asked);
  // The least of those that it takes decides how far to go.
  const auto& decisive = answers[std::min(needed, answers.size()) - 1];
  Finding finding{
      .fires = firing >= needed, .value = decisive.breach.value, .text = {}, .fired = {}};
  const auto& shown = answers.front();
  finding.text = fmt::format(
      "{} of {} {}", metric_key(rule.metric), shown.instance->unit, text_of(rule, shown.breach));
  if (firing > 1) finding.text += fmt::format(", and of {} more", firing - 1);
  if (!finding.fires && firing > 0)
    finding.text += fmt::format("; {} of {} are needed", needed, asked);
  for (const auto& answer : answers) {
    if (answer.breach.fires)
      finding.fired.push_back({answer.instance->number, answer.breach.length});
  }
  return finding;
}

Finding find_breach(const ThresholdRule& rule, const MetricView& view, bool needs_all) {
  if (!rule.metric.per_instance) return find_in_one(rule, view.usable.front().samples);
  if (counts_answers(rule.aggregation.kind)) return find_by_answers(rule, view, needs_all);
  auto all = view.usable;
  all.insert(all.end(), view.silent.begin(), view.silent.end());
  const auto is_enough = [&](const Series& newest_first) {
    if (rule.points)
      return newest_first.size() >= static_cast<std::size_t>(std::max(1, rule.points->of));
    return !breaches(newest_first.back().value, rule.comparison, rule.threshold);
  };
  const auto series = merged(all, rule.aggregation, {rule.staleness, needs_all, is_enough});
  if (series.empty() || (needs_all && !view.silent.empty())) {
    return {.fires = false,
            .value = 0,
            .text = fmt::format("{} of {} is not known: some instances have no fresh value",
                                to_string(rule.aggregation),
                                metric_key(rule.metric)),
            .fired = {}};
  }
  return find_in_one(rule, series);
}

/// Where each instance answers for itself, only those that do may go.
InstanceCount count_after_down(const ThresholdRule& rule,
                               const Finding& finding,
                               InstanceCount current) {
  const auto count = lowered(current, adjustment_at(rule, finding.value));
  const bool is_their_own =
      rule.metric.per_instance && rule.aggregation.kind == Aggregation::Kind::any;
  if (!is_their_own) return count;
  const auto fired = static_cast<InstanceCount>(finding.fired.size());
  return std::max(count, current - std::min(current, fired));
}

}  // namespace

RuleAnswer answer_of(const ThresholdRule& rule, Direction direction, const Question& question) {
  const auto current = question.current();
  const bool is_down = direction == Direction::down;
  RuleAnswer answer{.path = rule.path,
                    .cooldown_up = rule.cooldown,
                    .cooldown_down = rule.cooldown,
                    .reason = {},
                    .fired = {}};
  const auto view = view_of(rule.metric, rule.staleness, question);
  if (view.usable.empty()) {
    const auto more = is_down ? raised(current, {}) : raised(current, rule.adjustment);
    answer_without_data(answer, {rule.path, rule.metric, rule.without_data, view, more}, question);
    return answer;
  }
  const auto finding = find_breach(rule, view, is_down);
  answer.reason = fmt::format("{}: {}", rule.path, finding.text);
  if (is_down) {
    answer.agrees_to = finding.fires ? count_after_down(rule, finding, current) : current;
    answer.asks_down = *answer.agrees_to < current;
    if (finding.fires) answer.fired = finding.fired;
  } else if (finding.fires) {
    const auto count = raised(current, adjustment_at(rule, finding.value));
    if (count > current) answer.asks_up = count;
  }
  return answer;
}

}  // namespace scale_fleet
