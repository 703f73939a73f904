#include "scale_fleet/metrics/metric_sources.hpp"

#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const Metric in_etcd{.source = EtcdMetric{.type = "web", .folder = "cpu"}};
const Metric in_prometheus{.source = PrometheusMetric{.query = "up"}};
const Metric in_file{.source = FileMetric{.name = "queue"}};

}  // namespace

TEST_CASE("Each place that is needed becomes one source") {
  const TemporaryFolder folder;
  SignalStopRequest stop;
  const SystemClock clock{stop};
  const MetricPlaces places{.etcd_endpoints = {"http://127.0.0.1:1", "http://127.0.0.1:2"},
                            .prometheus_url = "http://127.0.0.1:1",
                            .file = folder.write("metrics", "queue 5\n")};

  struct Row {
    std::vector<Metric> metrics;
    std::size_t sources;
  };

  for (const auto& row : std::vector<Row>{{{}, 0},
                                          {{in_file}, 1},
                                          {{in_file, in_file}, 1},
                                          {{in_prometheus, in_file}, 2},
                                          {{in_file, in_etcd, in_prometheus, in_etcd}, 3}}) {
    auto sources = make_metric_sources(row.metrics, places, clock);
    REQUIRE(sources);
    CHECK(sources->size() == row.sources);
    std::map<std::string, int> told;
    for (const auto& source : *sources) {
      source->await_first(20s);
      const auto reading = source->take({});
      for (const auto& point : reading.points)
        ++told[point.metric];
      for (const auto& failed : reading.failures)
        ++told[failed.metric];
    }
    for (const auto& metric : row.metrics)
      CHECK(told[metric_key(metric)] == 1);
  }
}

TEST_CASE("A metric without a place, or with one that can't be used, is a mistake of the file") {
  struct Row {
    Metric metric;
    MetricPlaces places;
    const char* part_of_message;
  };

  SignalStopRequest stop;
  const SystemClock clock{stop};
  for (const auto& row : std::vector<Row>{
           {in_etcd, {}, "no etcd is set, and the metric `etcd web/cpu` is there"},
           {in_prometheus, {}, "no Prometheus is set"},
           {in_file, {}, "no file of metrics is set"},
           {in_etcd, {.etcd_endpoints = {"http://h:2379", "ftp://u:secret@h"}}, "etcd's addresses"},
           {in_prometheus, {.prometheus_url = "ftp://u:secret@h"}, "Prometheus's address"},
           {in_prometheus, {.prometheus_url = "http://u:secret@h:99999"}, "Prometheus's address"},
           {in_etcd,
            {.etcd_endpoints = {"https://h:2379"}, .tls = {.ca = "/is/not/there.pem"}},
            "/is/not/there.pem"},
           {in_prometheus,
            {.prometheus_url = "https://h:9090", .tls = {.ca = "/is/not/there.pem"}},
            "/is/not/there.pem"},
       }) {
    const auto sources = make_metric_sources({row.metric}, row.places, clock);
    INFO(row.part_of_message);
    REQUIRE_FALSE(sources);
    CHECK(sources.error().kind == ErrorKind::usage);
    CHECK(sources.error().message.find(row.part_of_message) != std::string::npos);
    CHECK(sources.error().message.find("secret") == std::string::npos);
  }
}
