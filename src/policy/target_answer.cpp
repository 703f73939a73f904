#include <fmt/format.h>

#include "policy/aggregate.hpp"
#include "policy/decimal.hpp"
#include "policy/rule_answer.hpp"

namespace scale_fleet {
namespace {

double value_of(const TargetRule& rule, const MetricView& view) {
  std::vector<double> values;
  values.reserve(view.usable.size());
  for (const auto& series : view.usable)
    values.push_back(series.newest().value);
  return aggregated(std::move(values), rule.aggregation);
}

/// How many have the work that the metric measures: of a metric per instance not those that warm
/// up, for what each of the others has isn't what it will have beside them.
InstanceCount sharers(const TargetRule& rule, const MetricView& view, InstanceCount current) {
  if (!rule.metric.per_instance || rule.of == TargetRule::Of::total) return current;
  return static_cast<InstanceCount>(view.usable.size() + view.silent.size());
}

InstanceCount wanted_count(const TargetRule& rule, double value, InstanceCount sharing) {
  if (rule.of == TargetRule::Of::total) return ceil_of(1, value, rule.target);
  if (sharing == 0) return value > 0 ? 1 : 0;
  return ceil_of(sharing, value, rule.target);
}

}  // namespace

RuleAnswer answer_of(const TargetRule& rule, const Question& question) {
  const auto current = question.current();
  RuleAnswer answer{.path = rule.path,
                    .kind = ReasonKind::target,
                    .cooldown_up = rule.cooldown_up,
                    .cooldown_down = rule.cooldown_down,
                    .reason = {},
                    .fired = {}};
  const auto view = view_of(rule.metric, rule.staleness, question);
  // Below zero nothing is waiting or used: exporters say -1 where they don't know.
  if (view.usable.empty() || value_of(rule, view) < 0) {
    const auto more = current < max_count ? current + 1 : current;
    answer_without_data(answer, {rule.path, rule.metric, rule.without_data, view, more}, question);
    return answer;
  }
  const auto value = value_of(rule, view);
  const auto sharing = sharers(rule, view, current);
  const bool is_total = rule.of == TargetRule::Of::total;
  auto wanted = wanted_count(rule, value, sharing);
  std::string_view remark;
  const bool is_settled =
      sharing > 0 && is_within(value, is_total ? current : 1, rule.target, rule.tolerance);
  if (!(rule.target > 0) || is_settled) {
    wanted = current;
    remark = ", near enough";
  } else if (wanted < current && (view.is_warming || !view.silent.empty())) {
    wanted = current;
    remark = ", but not every instance has a fresh value";
  }
  answer.agrees_to = wanted;
  if (wanted > current) answer.asks_up = wanted;
  answer.asks_down = wanted < current && rule.may_scale_down;
  answer.reason = fmt::format("{}: {}{} is {}, {} {}: {} wanted{}",
                              rule.path,
                              rule.metric.per_instance ? to_string(rule.aggregation) + " of " : "",
                              metric_key(rule.metric),
                              value,
                              rule.target,
                              is_total ? "per instance" : "is to be kept",
                              wanted,
                              remark);
  return answer;
}

}  // namespace scale_fleet
