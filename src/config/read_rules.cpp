#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

/// `3 of 5`
std::optional<PointsOf> read_points(const YamlValue& value) {
  if (value.is(YamlNode::Kind::scalar)) {
    const std::string_view text = value.node().text;
    const auto middle = text.find(" of ");
    if (middle != std::string_view::npos) {
      const auto breaching = whole_number_in(text.substr(0, middle));
      const auto of = whole_number_in(text.substr(middle + 4));
      if (breaching && of && *breaching >= 1 && *breaching <= *of && *of <= 10'000) {
        return PointsOf{.breaching = static_cast<int>(*breaching), .of = static_cast<int>(*of)};
      }
    }
  }
  value.complain(
      fmt::format("this has to say how many of the last samples, 3 of 5, not {}", shown(value)));
  return std::nullopt;
}

std::optional<Adjustment> read_exact(const YamlValue& value) {
  const auto count = read_count(value);
  if (!count) return std::nullopt;
  return Adjustment{.kind = Adjustment::Kind::exact, .amount = *count};
}

void read_step_or_to(const YamlMap& map, Adjustment& into) {
  const auto step = map.find("step");
  const auto to = map.find("to");
  if (step && to) {
    to->complain("this and 'step' exclude each other");
    return;
  }
  take(map, "step", into, read_adjustment);
  take(map, "to", into, read_exact);
}

/// The steps from the threshold away.
std::vector<AdjustmentStep> read_steps(const YamlValue& list, const ThresholdRule& rule) {
  std::vector<AdjustmentStep> steps;
  const bool is_above = rule.comparison == Comparison::above;
  for (const auto& item : list.items()) {
    const YamlMap map(item, own_keys::step);
    constexpr std::array<std::string_view, 2> moves{"step", "to"};
    map.must_have("from");
    static_cast<void>(map.one_of(moves));
    AdjustmentStep step;
    read_step_or_to(map, step.adjustment);
    const auto from = map.find("from");
    const auto number = from ? read_number(*from) : std::nullopt;
    if (!number) continue;
    step.from = *number;
    if (is_above ? step.from < rule.threshold : step.from > rule.threshold) {
      from->complain(fmt::format("steps lie beyond the threshold, and that is {} {}",
                                 is_above ? "above" : "below",
                                 rule.threshold));
    }
    if (std::ranges::find(steps, step.from, &AdjustmentStep::from) != steps.end()) {
      from->complain("another step is from there, too");
    }
    steps.push_back(step);
  }
  std::ranges::stable_sort(steps, [&](const AdjustmentStep& left, const AdjustmentStep& right) {
    return is_above ? left.from < right.from : left.from > right.from;
  });
  return steps;
}

template <typename Rule>
void read_common(const YamlMap& map, const FileAround& around, Rule& rule) {
  map.must_have("metric");
  take(map, "name", rule.path, read_text);
  take(map, "metric", rule.metric, [&](const YamlValue& value) {
    return read_metric(value, around);
  });
  take(map, "staleness", rule.staleness, read_span);
  take(map, "without_data", rule.without_data, read_without_data);
}

ThresholdRule read_threshold_rule(const YamlValue& value, const FileAround& around) {
  const YamlMap map(value, own_keys::rule);
  ThresholdRule rule;
  read_common(map, around, rule);
  constexpr std::array<std::string_view, 2> sides{"above", "below"};
  if (const auto side = map.one_of(sides)) {
    rule.comparison = *side == "above" ? Comparison::above : Comparison::below;
    take(map, *side, rule.threshold, read_number);
  }
  take(map, "for", rule.period, read_duration);
  take(map, "points", rule.points, read_points);
  if (const auto points = map.find("points"); points && map.has("for")) {
    points->complain("this and 'for' exclude each other");
  }
  take(map, "cooldown", rule.cooldown, read_duration);
  take(map, "aggregate", rule.aggregation, read_aggregation);
  read_step_or_to(map, rule.adjustment);
  if (const auto steps = map.find("steps")) rule.steps = read_steps(*steps, rule);
  return rule;
}

/// One number of several instances; whether any or all of them breach has none.
std::optional<Aggregation> read_target_aggregation(const YamlValue& value) {
  using enum Aggregation::Kind;
  const auto aggregation = read_aggregation(value);
  if (!aggregation) return std::nullopt;
  const auto kind = aggregation->kind;
  if (kind != any && kind != all && kind != at_least) return aggregation;
  value.complain("a target needs one number: avg, max, min, sum or a percentile as p95");
  return std::nullopt;
}

std::optional<double> read_positive(const YamlValue& value) {
  const auto number = read_number(value);
  if (!number || *number > 0) return number;
  value.complain(fmt::format("this has to be above 0, not {}", shown(value)));
  return std::nullopt;
}

std::optional<double> read_tolerance(const YamlValue& value) {
  const auto number = read_number(value);
  if (!number || (*number >= 0 && *number < 1)) return number;
  value.complain(fmt::format("this has to be at least 0 and below 1, not {}", shown(value)));
  return std::nullopt;
}

TargetRule read_target_rule(const YamlValue& value, const FileAround& around) {
  const YamlMap map(value, own_keys::target);
  TargetRule rule;
  read_common(map, around, rule);
  constexpr std::array<std::string_view, 2> kinds{"per_instance", "value"};
  if (const auto kind = map.one_of(kinds)) {
    rule.of = *kind == "value" ? TargetRule::Of::average : TargetRule::Of::total;
    take(map, *kind, rule.target, read_positive);
  }
  take(map, "tolerance", rule.tolerance, read_tolerance);
  take(map, "scale_down", rule.may_scale_down, read_switch);
  if (const auto cooldown = map.find("cooldown"))
    read_cooldowns(*cooldown, {rule.cooldown_up, rule.cooldown_down});
  rule.aggregation = default_aggregation(rule);
  take(map, "aggregate", rule.aggregation, read_target_aggregation);
  return rule;
}

}  // namespace

std::vector<ThresholdRule> read_threshold_rules(const YamlValue& list,
                                                std::string_view direction,
                                                const FileAround& around) {
  std::vector<ThresholdRule> rules;
  for (const auto& item : list.items()) {
    auto rule = read_threshold_rule(item, around);
    if (rule.path.empty()) rule.path = fmt::format("{}[{}]", direction, rules.size());
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<TargetRule> read_target_rules(const YamlValue& list, const FileAround& around) {
  std::vector<TargetRule> rules;
  for (const auto& item : list.items()) {
    auto rule = read_target_rule(item, around);
    if (rule.path.empty()) rule.path = fmt::format("target[{}]", rules.size());
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace scale_fleet
