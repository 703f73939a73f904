#include "scale_fleet/metrics/metric_sources.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "metrics/etcd_metric_source.hpp"
#include "metrics/file_source.hpp"
#include "metrics/prometheus_source.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Bytes of a reply: of etcd, a tree of some hundred thousand values.
constexpr std::size_t longest_tree = 32UL * 1024 * 1024;
constexpr std::size_t longest_result = 16UL * 1024 * 1024;
constexpr auto etcd_patience = std::chrono::seconds(5);

template <typename Source>
std::vector<Metric> metrics_of(const std::vector<Metric>& metrics) {
  std::vector<Metric> chosen;
  std::copy_if(metrics.begin(), metrics.end(), std::back_inserter(chosen), [](const auto& metric) {
    return std::holds_alternative<Source>(metric.source);
  });
  return chosen;
}

tl::unexpected<Error> no_place(const std::vector<Metric>& metrics, std::string_view what) {
  return failure(ErrorKind::usage,
                 fmt::format("no {} is set, and the metric `{}` is there",
                             what,
                             printable(metric_key(metrics.front()))));
}

Result<std::unique_ptr<MetricSource>> make_etcd(const std::vector<Metric>& metrics,
                                                const MetricPlaces& places,
                                                const Clock& clock) {
  EtcdMetricPlaces in_etcd{.members = {},
                           .base = places.etcd_metrics,
                           .registry = places.etcd_registry,
                           .consume = places.etcd_consume};
  for (const auto& text : places.etcd_endpoints) {
    auto endpoints = parse_etcd_endpoints(text);
    if (!endpoints) return tl::unexpected(endpoints.error());
    for (auto& endpoint : *endpoints) {
      in_etcd.members.push_back({.endpoint = std::move(endpoint),
                                 .tls = places.tls,
                                 .request_timeout = etcd_patience,
                                 .longest_reply = longest_tree});
    }
  }
  if (in_etcd.members.empty()) return no_place(metrics, "etcd");
  return EtcdMetricSource::make(in_etcd, metrics, clock);
}

Result<std::unique_ptr<MetricSource>> make_prometheus(const std::vector<Metric>& metrics,
                                                      const MetricPlaces& places,
                                                      const Clock& clock) {
  if (!places.prometheus_url) return no_place(metrics, "Prometheus");
  auto endpoint = Endpoint::parse(*places.prometheus_url);
  if (!endpoint) {
    return failure(ErrorKind::usage,
                   "cannot use Prometheus's address: " + endpoint.error().message);
  }
  auto client = make_curl_http_client({.endpoint = std::move(*endpoint),
                                       .tls = places.tls,
                                       .request_timeout = places.interval,
                                       .longest_reply = longest_result},
                                      clock);
  if (!client) return tl::unexpected(client.error());
  return std::make_unique<PrometheusSource>(std::move(*client), metrics, places.interval);
}

Result<std::unique_ptr<MetricSource>> make_file(const std::vector<Metric>& metrics,
                                                const MetricPlaces& places,
                                                const Clock&) {
  if (!places.file) return no_place(metrics, "file of metrics");
  return std::make_unique<FileSource>(*places.file, metrics);
}

}  // namespace

Result<std::vector<std::unique_ptr<MetricSource>>> make_metric_sources(
    const std::vector<Metric>& metrics, const MetricPlaces& places, const Clock& clock) {
  using Make = Result<std::unique_ptr<MetricSource>> (*)(
      const std::vector<Metric>&, const MetricPlaces&, const Clock&);
  const std::pair<std::vector<Metric>, Make> kinds[] = {
      {metrics_of<EtcdMetric>(metrics), make_etcd},
      {metrics_of<PrometheusMetric>(metrics), make_prometheus},
      {metrics_of<FileMetric>(metrics), make_file}};
  std::vector<std::unique_ptr<MetricSource>> sources;
  for (const auto& [of_kind, make] : kinds) {
    if (of_kind.empty()) continue;
    auto source = make(of_kind, places, clock);
    if (!source) return tl::unexpected(source.error());
    sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace scale_fleet
