#include <array>

#include <fmt/format.h>

#include "config/declared_places.hpp"
#include "config/own_keys.hpp"
#include "config/yaml_scalars.hpp"

namespace scale_fleet {
namespace {

/// A part of a key's path in etcd.
std::optional<std::string> read_key_part(const YamlValue& value) {
  auto text = read_text(value);
  if (!text || text->find('/') == std::string::npos) return text;
  value.complain("a name of etcd's metrics holds no slash");
  return std::nullopt;
}

EtcdMetric read_etcd_metric(const YamlMap& map) {
  EtcdMetric metric;
  map.must_have("type");
  take(map, "type", metric.type, read_key_part);
  const auto name = map.find("etcd");
  const auto text = read_key_part(*name);
  if (!text) return metric;
  const auto dot = text->find('.');
  metric.folder = text->substr(0, dot);
  if (dot != std::string::npos) metric.json_path = text->substr(dot + 1);
  if (metric.folder.empty() || (dot != std::string::npos && metric.json_path.empty())) {
    name->complain("this has to be a name, or a name, a dot and the path of a value in JSON");
  }
  return metric;
}

PrometheusMetric read_prometheus_metric(const YamlMap& map) {
  PrometheusMetric metric;
  take(map, "prometheus", metric.query, read_text);
  take(map, "label", metric.instance_label, read_text);
  const auto label = map.find("label");
  if (label && !map.has("per"))
    label->complain("a label names instances; write per: instance, too");
  return metric;
}

FileMetric read_file_metric(const YamlMap& map) {
  FileMetric metric;
  take(map, "file", metric.name, read_text);
  return metric;
}

void must_be_named(const YamlValue& source, bool is_named, std::string_view how) {
  if (!is_named) source.complain(fmt::format("the file doesn't say where that is: {}", how));
}

}  // namespace

std::optional<Metric> read_metric(const YamlValue& value, const FileAround& around) {
  const YamlMap map(value, own_keys::metric);
  constexpr std::array<std::string_view, 3> sources{"etcd", "prometheus", "file"};
  constexpr std::array<std::string_view, 1> per{"instance"};
  Metric metric;
  take(map, "per", metric.per_instance, [&](const YamlValue& word) -> std::optional<bool> {
    return read_choice(word, per) ? std::optional(true) : std::nullopt;
  });
  const auto source = map.one_of(sources);
  if (!source) return std::nullopt;
  const auto place = *map.find(*source);
  if (*source == "etcd") {
    metric.source = read_etcd_metric(map);
    must_be_named(place, around.sources.etcd, "etcd: {endpoints: […]}");
  } else if (*source == "prometheus") {
    metric.source = read_prometheus_metric(map);
    must_be_named(place, around.sources.prometheus, "prometheus: {url: …}");
  } else {
    metric.source = read_file_metric(map);
    must_be_named(place, around.sources.file, "metrics_file: …");
  }
  const auto refuse = [&](std::string_view key, std::string_view of) {
    const auto other = *source == of ? std::nullopt : map.find(key);
    if (other) other->complain(fmt::format("this belongs to a metric of {}", of));
  };
  refuse("type", "etcd");
  refuse("label", "prometheus");
  return metric;
}

}  // namespace scale_fleet
