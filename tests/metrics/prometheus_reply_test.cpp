#include "metrics/prometheus_reply.hpp"

#include <fmt/format.h>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

const Metric together{.source = PrometheusMetric{.query = "sum(jobs)"}};
const Metric by_unit{.source = PrometheusMetric{.query = "load", .instance_label = "unit"},
                     .per_instance = true};

std::string vector_of(const std::string& elements) {
  return fmt::format(R"({{"status":"success","data":{{"resultType":"vector","result":[{}]}}}})",
                     elements);
}

std::string element(const std::string& unit, const std::string& value) {
  return fmt::format(R"({{"metric":{{"unit":"{}"}},"value":[1763712000.25,"{}"]}})", unit, value);
}

Reading read_body(const std::string& body, const Metric& metric, int status = 200) {
  return read_prometheus_reply(HttpResponse{.status = status, .body = body}, metric);
}

const WallTime quarter_past{Millis(1'763'712'000'250)};

}  // namespace

TEST_CASE("An answer that Prometheus itself doubts is no value") {
  const auto reading = read_body(
      R"({"status":"success","warnings":["partial response: a store is away"],"data":
          {"resultType":"vector","result":[{"metric":{},"value":[1763712000.25,"12.5"]}]}})",
      together);
  CHECK(reading.points.empty());
  REQUIRE(reading.failures.size() == 1);
  CHECK(reading.failures[0].why ==
        "the answer may not be whole: partial response: a store is away");
}

TEST_CASE("One result, a vector's or a scalar, is the value of a metric of all together") {
  for (
      const auto& body :
      {vector_of(element("a", "12.5")),
       std::string(
           R"({"status":"success","data":{"resultType":"scalar","result":[1763712000.25,"12.5"]}})"),
       std::string(
           R"({"status":"success","warnings":["PromQL info: x"],"data":{"resultType":"vector",
                        "result":[{"metric":{},"value":[1763712000.25,"12.5"]}]}})")}) {
    INFO(body);
    const auto reading = read_body(body, together);
    CHECK(reading.points ==
          std::vector<Reading::Point>{{metric_key(together), "", {quarter_past, 12.5}}});
    CHECK(reading.failures.empty());
    CHECK(reading.bad_values == 0);
  }
}

TEST_CASE("Each result of a metric per instance is of the unit that its label names") {
  const auto reading =
      read_body(vector_of(element("web@2.service", "2") + "," + element("web@1.service", "1") +
                          "," + element("web@3.service", "NaN") + "," +
                          R"({"metric":{"job":"x"},"value":[1763712000,"9"]},)" +
                          element("web@4.service", "4") + "," + element("web@4.service", "5")),
                by_unit);
  CHECK(reading.points ==
        std::vector<Reading::Point>{{metric_key(by_unit), "web@1.service", {quarter_past, 1}},
                                    {metric_key(by_unit), "web@2.service", {quarter_past, 2}}});
  CHECK(reading.failures.empty());
  CHECK(reading.bad_values == 4);
}

TEST_CASE("A reply without a usable value is a failure that says why") {
  struct Row {
    Metric metric;
    int status;
    std::string body;
    const char* why;
    std::size_t bad_values;
  };

  for (const auto& row : {
           Row{together, 200, vector_of(""), "the query has no result", 0},
           Row{by_unit, 200, vector_of(""), "the query has no result", 0},
           Row{together,
               200,
               vector_of(element("a", "1") + "," + element("b", "2")),
               "the query has 2 results where one is expected; sum() or avg() makes one of them, "
               "or say that it is per instance",
               0},
           Row{together,
               200,
               vector_of(element("a", "NaN")),
               "the result isn't a finite number: [1763712000.25,\"NaN\"]",
               1},
           Row{together,
               200,
               vector_of(element("a", "+Inf")),
               "the result isn't a finite number: [1763712000.25,\"+Inf\"]",
               1},
           Row{together, 200, vector_of("5"), "the result isn't a finite number: nothing", 1},
           Row{by_unit,
               200,
               vector_of(element("", "1") + ",5"),
               "none of 2 elements names one instance by its label unit and is a finite number",
               2},
           Row{together,
               200,
               R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
               "the result is a matrix, not a vector",
               0},
           Row{by_unit,
               200,
               R"({"status":"success","data":{"resultType":"scalar","result":[1,"1"]}})",
               "the result is a scalar, which is of no instance",
               0},
           Row{together,
               400,
               R"({"status":"error","errorType":"bad_data","error":"parse error"})",
               "Prometheus says bad_data: parse error",
               0},
           Row{together,
               503,
               R"({"status":"error","errorType":"timeout","error":"query\ntimed out"})",
               "Prometheus says timeout: query\\x0atimed out",
               0},
           Row{together, 502, "<html>", "HTTP 502 with a body that isn't Prometheus's", 0},
           Row{together, 200, "{}", "HTTP 200 with a body that isn't Prometheus's", 0},
           Row{together, 200, "", "HTTP 200 with a body that isn't Prometheus's", 0},
           Row{together,
               200,
               R"({"status":"success","data":{"result":[]}})",
               "HTTP 200 with a body that isn't Prometheus's",
               0},
       }) {
    INFO(row.body);
    const auto reading = read_body(row.body, row.metric, row.status);
    CHECK(reading.points.empty());
    REQUIRE(reading.failures.size() == 1);
    CHECK(reading.failures[0].metric == metric_key(row.metric));
    CHECK(reading.failures[0].why == row.why);
    CHECK(reading.bad_values == row.bad_values);
  }
}

TEST_CASE("A Prometheus that can't be asked is a failure, in the transport's words") {
  const auto reading = read_prometheus_reply(
      tl::unexpected(TransportError{.failure = TransportFailure::timed_out, .message = "too late"}),
      together);
  REQUIRE(reading.failures.size() == 1);
  CHECK(reading.failures[0].why == "cannot ask Prometheus: too late");
}

TEST_CASE("A query goes into the URL while it fits") {
  const auto short_one = prometheus_request({.query = "sum(rate(x[1m])) + 1"});
  CHECK(short_one.method == "GET");
  CHECK(short_one.target == "/api/v1/query?query=sum%28rate%28x%5B1m%5D%29%29%20%2B%201");
  const auto long_one = prometheus_request({.query = std::string(3000, 'x')});
  CHECK(long_one.method == "POST");
  CHECK(long_one.target == "/api/v1/query");
  CHECK(long_one.body == "query=" + std::string(3000, 'x'));
}
