#include "config/show_rules.hpp"

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_write.hpp"
#include "scale_fleet/core/duration_text.hpp"

namespace scale_fleet {
namespace {

std::string shown_number(double number) {
  return fmt::format("{}", number);
}

struct MetricInFlow {
  FlowMap& map;

  void operator()(const EtcdMetric& metric) const {
    map.add("etcd",
            yaml_text(metric.json_path.empty() ? metric.folder
                                               : metric.folder + "." + metric.json_path));
    map.add("type", yaml_text(metric.type));
  }

  void operator()(const PrometheusMetric& metric) const {
    map.add("prometheus", yaml_text(metric.query));
  }

  void operator()(const FileMetric& metric) const { map.add("file", yaml_text(metric.name)); }
};

std::string shown_metric(const Metric& metric) {
  FlowMap map;
  std::visit(MetricInFlow{map}, metric.source);
  if (metric.per_instance) map.add("per", "instance");
  const auto* prometheus = std::get_if<PrometheusMetric>(&metric.source);
  if (prometheus != nullptr && prometheus->instance_label != PrometheusMetric{}.instance_label) {
    map.add("label", yaml_text(prometheus->instance_label));
  }
  return map.text();
}

void add_adjustment(FlowMap& map, const Adjustment& adjustment) {
  map.add(adjustment.kind == Adjustment::Kind::exact ? "to" : "step", shown_adjustment(adjustment));
}

std::string shown_aggregation(const Aggregation& aggregation) {
  using enum Aggregation::Kind;
  switch (aggregation.kind) {
    case any:
      return "any";
    case all:
      return "all";
    case average:
      return "avg";
    case maximum:
      return "max";
    case minimum:
      return "min";
    case sum:
      return "sum";
    case at_least:
      return fmt::format("at_least {}", aggregation.number);
    case percentile:
      return fmt::format("p{}", aggregation.number);
  }
  return "";
}

std::string shown_without_data(const WithoutData& rule) {
  if (rule.kind != WithoutData::Kind::fall_back) {
    return std::string(own_keys::without_data_words[static_cast<std::size_t>(rule.kind)]);
  }
  FlowMap map;
  map.add("count", std::to_string(rule.count));
  if (rule.after != WithoutData{}.after) map.add("after", std::to_string(rule.after));
  return map.text();
}

/// What both kinds of rules have; `default_path` is that of a rule without a name.
template <typename Rule>
FlowMap started_rule(const Rule& rule, const std::string& default_path) {
  FlowMap map;
  if (rule.path != default_path) map.add("name", yaml_text(rule.path));
  map.add("metric", shown_metric(rule.metric));
  return map;
}

template <typename Rule>
void add_data_rules(FlowMap& map, const Rule& rule) {
  if (rule.staleness != Rule{}.staleness) map.add("staleness", shown_duration(rule.staleness));
  if (rule.without_data != WithoutData{}) {
    map.add("without_data", shown_without_data(rule.without_data));
  }
}

std::string shown_steps(const std::vector<AdjustmentStep>& steps) {
  std::vector<std::string> shown;
  for (const auto& step : steps) {
    FlowMap map;
    map.add("from", shown_number(step.from));
    add_adjustment(map, step.adjustment);
    shown.push_back(map.text());
  }
  return flow_list(shown);
}

std::string shown_threshold_rule(const ThresholdRule& rule, const std::string& default_path) {
  auto map = started_rule(rule, default_path);
  map.add(rule.comparison == Comparison::above ? "above" : "below", shown_number(rule.threshold));
  if (rule.points) {
    map.add("points", fmt::format("{} of {}", rule.points->breaching, rule.points->of));
  } else if (rule.period != Millis(0)) {
    map.add("for", shown_duration(rule.period));
  }
  if (rule.cooldown != Millis(0)) map.add("cooldown", shown_duration(rule.cooldown));
  if (rule.adjustment != Adjustment{}) add_adjustment(map, rule.adjustment);
  if (!rule.steps.empty()) map.add("steps", shown_steps(rule.steps));
  if (rule.aggregation != Aggregation{}) {
    map.add("aggregate", shown_aggregation(rule.aggregation));
  }
  add_data_rules(map, rule);
  return map.text();
}

std::string shown_cooldowns(const TargetRule& rule) {
  if (rule.cooldown_up == rule.cooldown_down) return shown_duration(rule.cooldown_up);
  FlowMap map;
  if (rule.cooldown_up != Millis(0)) map.add("up", shown_duration(rule.cooldown_up));
  if (rule.cooldown_down != Millis(0)) map.add("down", shown_duration(rule.cooldown_down));
  return map.text();
}

std::string shown_target_rule(const TargetRule& rule, const std::string& default_path) {
  auto map = started_rule(rule, default_path);
  map.add(rule.of == TargetRule::Of::total ? "per_instance" : "value", shown_number(rule.target));
  if (rule.tolerance != TargetRule{}.tolerance) map.add("tolerance", shown_number(rule.tolerance));
  if (rule.cooldown_up != Millis(0) || rule.cooldown_down != Millis(0)) {
    map.add("cooldown", shown_cooldowns(rule));
  }
  if (!rule.may_scale_down) map.add("scale_down", "false");
  if (rule.aggregation != default_aggregation(rule)) {
    map.add("aggregate", shown_aggregation(rule.aggregation));
  }
  add_data_rules(map, rule);
  return map.text();
}

std::string shown_rate_limit(const RateLimit& limit) {
  FlowMap map;
  map.add("by", shown_adjustment(limit.by));
  if (limit.period != RateLimit{}.period) map.add("per", shown_duration(limit.period));
  return map.text();
}

std::string shown_window(const ScheduleWindow& window) {
  FlowMap map;
  map.add("cron", yaml_text(window.cron.text()));
  map.add("for", shown_duration(window.duration));
  if (window.min && window.min == window.max) {
    map.add("count", std::to_string(*window.min));
    return map.text();
  }
  if (window.min) map.add("min", std::to_string(*window.min));
  if (window.max) map.add("max", std::to_string(*window.max));
  return map.text();
}

}  // namespace

std::string shown_adjustment(const Adjustment& adjustment) {
  const bool is_percent = adjustment.kind == Adjustment::Kind::percent;
  return fmt::format("{}{}", adjustment.amount, is_percent ? "%" : "");
}

std::string shown_duration(Millis duration) {
  return format_duration(duration);
}

std::vector<std::string> shown_threshold_rules(const std::vector<ThresholdRule>& rules,
                                               std::string_view direction) {
  std::vector<std::string> shown;
  for (const auto& rule : rules) {
    shown.push_back(shown_threshold_rule(rule, fmt::format("{}[{}]", direction, shown.size())));
  }
  return shown;
}

std::vector<std::string> shown_target_rules(const std::vector<TargetRule>& rules) {
  std::vector<std::string> shown;
  for (const auto& rule : rules)
    shown.push_back(shown_target_rule(rule, fmt::format("target[{}]", shown.size())));
  return shown;
}

std::string shown_limits(const ServicePolicy& policy) {
  FlowMap map;
  if (policy.limit_up) map.add("up", shown_rate_limit(*policy.limit_up));
  if (policy.limit_down) map.add("down", shown_rate_limit(*policy.limit_down));
  if (policy.settle_up != Millis(0)) map.add("settle_up", shown_duration(policy.settle_up));
  if (policy.settle_down != Millis(0)) map.add("settle_down", shown_duration(policy.settle_down));
  return map.empty() ? "" : map.text();
}

std::vector<std::string> shown_schedule(const std::vector<ScheduleWindow>& windows) {
  std::vector<std::string> shown;
  for (const auto& window : windows)
    shown.push_back(shown_window(window));
  return shown;
}

}  // namespace scale_fleet
