#include "scale_fleet/policy/metric.hpp"

#include <fmt/format.h>

namespace scale_fleet {
namespace {

struct SourceText {
  std::string operator()(const EtcdMetric& metric) const {
    const auto path = metric.json_path.empty() ? "" : " " + metric.json_path;
    return fmt::format("etcd {}/{}{}", metric.type, metric.folder, path);
  }

  std::string operator()(const PrometheusMetric& metric) const {
    return fmt::format("prometheus {}", metric.query);
  }

  std::string operator()(const FileMetric& metric) const {
    return fmt::format("file {}", metric.name);
  }
};

/// What the source of a per-instance metric names instances by, where that can differ.
std::string by_label(const Metric& metric) {
  const auto* prometheus = std::get_if<PrometheusMetric>(&metric.source);
  return prometheus == nullptr ? "" : fmt::format(" by {}", prometheus->instance_label);
}

}  // namespace

std::string metric_key(const Metric& metric) {
  const auto text = std::visit(SourceText{}, metric.source);
  return metric.per_instance ? fmt::format("{} per instance{}", text, by_label(metric)) : text;
}

}  // namespace scale_fleet
