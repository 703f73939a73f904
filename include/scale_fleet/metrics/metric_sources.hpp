#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/metrics/metric_source.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// Where metrics are. A source that isn't used may be left empty.
struct MetricPlaces {
  std::vector<std::string> etcd_endpoints;  ///< URLs of one cluster's members.
  std::string etcd_metrics = "/metrics";
  std::string etcd_registry = "/services";
  bool etcd_consume = false;
  std::optional<std::string> prometheus_url;
  std::optional<std::filesystem::path> file;
  Millis interval{10'000};  ///< From one reading of Prometheus to the next; above 0.
  TlsFiles tls;             ///< For etcd and Prometheus, where they have an https URL.
};

/// One source for each place that `metrics` need; each metric is read once, however often it is
/// there. Their threads begin at once. The clock is the steady one and outlives them. Errors
/// (ErrorKind::usage): a metric without its place, a URL that is none, a TLS file that can't be
/// read; no message holds the credentials of a URL.
Result<std::vector<std::unique_ptr<MetricSource>>> make_metric_sources(
    const std::vector<Metric>& metrics, const MetricPlaces& places, const Clock& clock);

}  // namespace scale_fleet
