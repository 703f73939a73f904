#include <charconv>
#include <cmath>
#include <set>

#include "fuzz/fuzz_target.hpp"
#include "metrics/prometheus_reply.hpp"

namespace scale_fleet {
namespace {

void try_reading(const HttpResponse& response, const Metric& metric) {
  const auto reading = read_prometheus_reply(response, metric);
  must_hold(reading.points.empty() != reading.failures.empty(), "there are values or a failure");
  must_hold(metric.per_instance || reading.points.size() <= 1, "all together have one value");
  std::set<std::string> instances;
  for (const auto& point : reading.points) {
    must_hold(response.status == 200, "only a success has values");
    must_hold(std::isfinite(point.sample.value), "a value is finite");
    must_hold(point.instance.empty() != metric.per_instance, "an instance has a name");
    must_hold(instances.insert(point.instance).second, "an instance has one value");
  }
  for (const auto& failed : reading.failures)
    must_hold(is_for_people(failed.why), "why there is no value can be shown");
}

}  // namespace

/// The first line is the HTTP status, the rest the body.
void try_input(std::string_view input) {
  const auto word = take_line(input);
  int status = 200;
  std::from_chars(word.data(), word.data() + word.size(), status);
  const HttpResponse response{.status = status, .body = std::string(input)};
  try_reading(response, {.source = PrometheusMetric{.query = "q"}});
  try_reading(response, {.source = PrometheusMetric{.query = "q"}, .per_instance = true});
}

}  // namespace scale_fleet
