#include "metrics/etcd_layout.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/wall_time_text.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

const Metric response{.source =
                          EtcdMetric{.type = "lb", .folder = "response", .json_path = "time.p95"}};
const Metric requests{.source =
                          EtcdMetric{.type = "lb", .folder = "response", .json_path = "requests"}};
const Metric cpu{.source = EtcdMetric{.type = "web", .folder = "cpu"}, .per_instance = true};
const Metric of_prometheus{.source = PrometheusMetric{.query = "up"}};

const UnitRegistry units("/services",
                         {{"/services/web/u1/service_instance_name", "web@8080", 1},
                          {"/services/web/u2/service_instance_name", " web@8082.service\n", 2},
                          {"/services/web/u3/service_instance_name", "", 3},
                          {"/services/web/u4/other", "web@8084", 4},
                          {"/services/lb/u5/service_instance_name", "lb", 5}});

Reading read_one(const EtcdLayout& layout, const StoredKey& key) {
  Reading reading;
  if (const auto place = layout.find(key.key)) EtcdLayout::read(*place, key, units, reading);
  return reading;
}

const WallTime eight = *parse_wall_time("2026-11-21T08:00:00Z");

}  // namespace

TEST_CASE("A registered instance is the unit that it says, `.service` or not") {
  struct Row {
    const char* type;
    const char* uuid;
    const char* unit;
  };

  for (const auto& row : {
           Row{"web", "u1", "web@8080.service"},
           Row{"web", "u2", "web@8082.service"},
           Row{"web", "u3", ""},
           Row{"web", "u4", ""},
           Row{"web", "u5", ""},
           Row{"lb", "u5", "lb.service"},
           Row{"other", "u1", ""},
       }) {
    INFO(row.type << " " << row.uuid);
    CHECK(units.unit_of(row.type, row.uuid) == row.unit);
  }
}

TEST_CASE("A key belongs to a metric by its layout, or to none") {
  struct Row {
    const char* key;
    std::size_t points;
    const char* instance;
  };

  const EtcdLayout layout("/metrics/", {cpu, response, of_prometheus});
  for (const auto& row : {
           Row{"/metrics/web/u1/cpu/1763712000", 1, "web@8080.service"},
           Row{"/metrics/web/u2/cpu/1763712000.5", 1, "web@8082.service"},
           Row{"/metrics/web/u9/cpu/2026-11-21T08:00:00Z", 1, "u9"},
           Row{"/metrics/web/u1/cpu/2026-11-21 08:00:00", 1, "web@8080.service"},
           Row{"/metrics/web/cpu/1763712000", 0, ""},
           Row{"/metrics/web/u1/memory/1763712000", 0, ""},
           Row{"/metrics/db/u1/cpu/1763712000", 0, ""},
           Row{"/metrics/web/u1/cpu/deeper/1763712000", 0, ""},
           Row{"/metrics/web", 0, ""},
           Row{"/metrics", 0, ""},
           Row{"/other/web/u1/cpu/1763712000", 0, ""},
           Row{"/metricsweb/u1/cpu/1763712000", 0, ""},
       }) {
    INFO(row.key);
    const auto reading = read_one(layout, {row.key, "5", 1});
    REQUIRE(reading.points.size() == row.points);
    CHECK(reading.bad_values == 0);
    if (row.points == 0) continue;
    CHECK(reading.points[0].metric == metric_key(cpu));
    CHECK(reading.points[0].instance == row.instance);
    CHECK(reading.points[0].sample.value == 5);
  }
}

TEST_CASE("Two metrics of one folder both get their value of every key") {
  const EtcdLayout layout("/metrics", {response, requests, response});
  const auto reading = read_one(
      layout,
      {"/metrics/lb/response/2026-11-21T08:00:00Z", R"({"time.p95": 250, "requests": "12"})", 1});
  CHECK(reading.points == std::vector<Reading::Point>{{metric_key(response), "", {eight, 250}},
                                                      {metric_key(requests), "", {eight, 12}}});
  CHECK(reading.failures.empty());
}

TEST_CASE("A bad value fails its own metric and no other of the same key") {
  const EtcdLayout layout("/metrics", {response, requests});
  const auto reading =
      read_one(layout, {"/metrics/lb/response/2026-11-21T08:00:00Z", R"({"requests": 12})", 1});
  CHECK(reading.points.size() == 1);
  CHECK(reading.bad_values == 1);
  REQUIRE(reading.failures.size() == 1);
  CHECK(reading.failures[0].metric == metric_key(response));
  CHECK(reading.failures[0].why ==
        "/metrics/lb/response/2026-11-21T08:00:00Z holds no number at time.p95: "
        "`{\"requests\": 12}`");
  CHECK(read_one(layout, {"/metrics/lb/response/yesterday", "{}", 1}).failures.at(0).why ==
        "the last name of /metrics/lb/response/yesterday isn't a time");
}

TEST_CASE("One bad value among a thousand stops nothing else") {
  const EtcdLayout layout("/metrics", {cpu});
  Reading reading;
  for (int i = 0; i < 1000; ++i) {
    const StoredKey key{
        fmt::format("/metrics/web/u1/cpu/{}", 1763712000 + i), i == 500 ? "n/a" : "5", 1};
    EtcdLayout::read(*layout.find(key.key), key, units, reading);
  }
  CHECK(reading.points.size() == 999);
  CHECK(reading.bad_values == 1);
  CHECK(reading.failures.size() == 1);
}

TEST_CASE("Dynamite's edges of timestamps, and what is done instead") {
  struct Row {
    const char* edge;  // What Dynamite does.
    const char* instead;
    std::vector<const char*> times;
    std::size_t points;
  };

  const EtcdLayout layout("/metrics", {cpu});
  for (const auto& row : {
           Row{"naive and Z timestamps mixed: TypeError; rest of the message is lost",
               "a time without a zone is in UTC, and each value counts",
               {"2026-11-21T08:00:00", "2026-11-21T08:00:10Z", "2026-11-21 08:00:20"},
               3},
           Row{"epoch timestamps (1434614400): ParserError",
               "seconds since 1970 are a time like others",
               {"1795248000", "1795248010"},
               2},
           Row{"one bad timestamp",
               "it is counted and passed over, and stops nothing else",
               {"2026-11-21T08:00:00Z", "noon", "2026-11-21T08:00:20Z"},
               2},
       }) {
    INFO(row.edge);
    INFO(row.instead);
    Reading reading;
    for (const auto* time : row.times) {
      const std::string key = std::string("/metrics/web/u1/cpu/") + time;
      const auto place = layout.find(key);
      REQUIRE(place);
      EtcdLayout::read(*place, {key, "5", 1}, units, reading);
    }
    REQUIRE(reading.points.size() == row.points);
    CHECK(reading.bad_values == row.times.size() - row.points);
    CHECK(reading.points.front().sample.time == eight);
    CHECK(reading.points.back().sample.time > eight);
  }
}
