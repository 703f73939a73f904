#include "scale_fleet/policy/metric.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("a metric is known by a line that people can read") {
  CHECK(metric_key({.source = EtcdMetric{.type = "webserver", .folder = "cpu_user"},
                    .per_instance = true}) == "etcd webserver/cpu_user per instance");
  CHECK(metric_key({.source = EtcdMetric{.type = "lb", .folder = "time", .json_path = "a.p95"}}) ==
        "etcd lb/time a.p95");
  CHECK(metric_key({.source = PrometheusMetric{.query = "sum(q)"}}) == "prometheus sum(q)");
  CHECK(metric_key({.source = FileMetric{.name = "load"}}) == "file load");
}

TEST_CASE("what instances are named by is part of a metric") {
  const Metric by_instance{.source = PrometheusMetric{.query = "q"}, .per_instance = true};
  auto by_unit = by_instance;
  std::get<PrometheusMetric>(by_unit.source).instance_label = "unit";
  CHECK(metric_key(by_instance) != metric_key(by_unit));
}
