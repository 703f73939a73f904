#include "config/dynamite_policies.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/dynamite_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

/// So many of a unit that stands under another key.
std::optional<Millis> read_dynamite_span(const YamlMap& map,
                                         const std::string& number_key,
                                         const std::string& unit_key) {
  constexpr std::array<Millis, 6> lengths{std::chrono::seconds(1),
                                          std::chrono::minutes(1),
                                          std::chrono::hours(1),
                                          std::chrono::seconds(1),
                                          std::chrono::minutes(1),
                                          std::chrono::hours(1)};
  constexpr std::uint64_t most = 86'400;
  map.must_have(number_key);
  map.must_have(unit_key);
  const auto number = map.find(number_key);
  const auto unit = map.find(unit_key);
  const auto amount = number ? read_whole(*number, {.least = 0, .most = most}) : std::nullopt;
  const auto place = unit ? read_choice(*unit, dynamite_keys::time_units) : std::nullopt;
  if (!amount || !place) return std::nullopt;
  return lengths.at(*place) * static_cast<std::int64_t>(*amount);
}

/// Text before the first dot names the folder, all behind it one flat key of the JSON.
EtcdMetric read_metric_name(const YamlValue& value) {
  EtcdMetric metric;
  const auto name = read_dynamite_word(value);
  if (!name) return metric;
  const auto dot = name->find('.');
  metric.folder = name->substr(0, dot);
  if (dot != std::string::npos) metric.json_path = name->substr(dot + 1);
  const bool is_whole = !metric.folder.empty() &&
                        (dot == std::string::npos || !metric.json_path.empty()) &&
                        name->find('/') == std::string::npos;
  if (!is_whole) value.complain("this has to be NAME or NAME.KEY, without slashes");
  return metric;
}

std::optional<Comparison> read_operator(const YamlValue& value) {
  const auto place = read_choice(value, dynamite_keys::operators);
  if (!place) return std::nullopt;
  return *place == 0 ? Comparison::below : Comparison::above;
}

std::optional<std::string> read_type(const YamlValue& value) {
  auto type = read_dynamite_word(value);
  if (!type || type->find('/') == std::string::npos) return type;
  value.complain("a type is a part of a path in etcd, and holds no slash");
  return std::nullopt;
}

ThresholdRule read_policy(const std::string& name, const YamlValue& value) {
  const auto map = dynamite_map(value, dynamite_keys::policy);
  // Dynamite's directions know nothing of each other: one without data may not keep the other back.
  ThresholdRule rule{.path = name, .without_data = {.kind = WithoutData::Kind::ignore}};
  for (const auto* needed : {"service_type", "metric", "comparative_operator", "threshold"})
    map.must_have(needed);
  EtcdMetric metric;
  if (const auto named = map.find("metric")) metric = read_metric_name(*named);
  take(map, "service_type", metric.type, read_type);
  bool is_aggregated = false;
  take(map, "metric_aggregated", is_aggregated, read_switch);
  rule.metric = {.source = std::move(metric), .per_instance = !is_aggregated};
  take(map, "comparative_operator", rule.comparison, read_operator);
  take(map, "threshold", rule.threshold, read_number);
  // For people: nothing follows from it.
  if (const auto unit = map.find("threshold_unit")) static_cast<void>(read_dynamite_word(*unit));
  if (const auto period = read_dynamite_span(map, "period", "period_unit")) {
    rule.period = *period;
    // Its applications may report as seldom as once in a period.
    rule.staleness = std::max(rule.staleness, *period);
  }
  if (const auto span = read_dynamite_span(map, "cooldown_period", "cooldown_period_unit")) {
    rule.cooldown = *span;
  }
  return rule;
}

}  // namespace

YamlMap dynamite_map(const YamlValue& value, std::span<const std::string_view> known) {
  YamlMap map(value, known);
  map.drop_empty();
  return map;
}

std::optional<std::string> read_dynamite_word(const YamlValue& value) {
  if (value.is(YamlNode::Kind::scalar) && !value.node().text.empty()) return value.node().text;
  value.complain(fmt::format("this has to be a word, not {}", shown(value)));
  return std::nullopt;
}

DynamitePolicies read_dynamite_policies(const YamlValue& value) {
  DynamitePolicies policies;
  if (value.is(YamlNode::Kind::nothing)) return policies;
  const YamlMap map(value);
  for (const auto& [name, policy] : map.entries())
    policies.emplace(name, read_policy(name, policy));
  return policies;
}

}  // namespace scale_fleet
