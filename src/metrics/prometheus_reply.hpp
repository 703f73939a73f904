#pragma once

#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/metrics/metric_source.hpp"

namespace scale_fleet {

/// An instant query (Prometheus HTTP API v1): GET, or POST where it is long.
HttpRequest prometheus_request(const PrometheusMetric& metric);

/// What the reply to it says of `metric`, which is a PrometheusMetric. A point has the result's
/// own time. Not usable, each counted: NaN and the infinities; an element without the label that
/// names its instance; elements that name one instance twice (all of them). A failure: no element,
/// which isn't zero; several, where the metric isn't per instance; no usable one; a result that is
/// neither a vector nor a scalar; an error of Prometheus or of the transport. Warnings don't
/// matter.
Reading read_prometheus_reply(const HttpResult& result, const Metric& metric);

}  // namespace scale_fleet
