#include "metrics/etcd_metric_source.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const Metric cpu_user{.source = EtcdMetric{.type = "web", .folder = "cpu_user"},
                      .per_instance = true};
const Metric p95{.source = EtcdMetric{.type = "lb", .folder = "response", .json_path = "time.p95"}};
const Metric rate{.source = EtcdMetric{.type = "lb", .folder = "response", .json_path = "rate"}};

constexpr auto test_patience = 20s;

std::vector<HttpClientSettings> member_at(const std::string& url) {
  return {{.endpoint = Endpoint::parse(url).value(), .request_timeout = 10s}};
}

/// An etcd with somebody who writes metrics into it.
struct MetricsInEtcd {
  RealEtcd etcd;
  SignalStopRequest stop;
  SystemClock clock{stop};
  EtcdServers servers = make_servers();
  EtcdKeys keys{servers, clock, test_patience};
  EtcdMetricPlaces places{.times = {.head = 200ms, .silence = 1h, .between_readings = 1ms},
                          .between_registries = 0s};

  MetricsInEtcd() {
    etcd.wait_until_ready();
    places.members = member_at(etcd.url());
  }

  EtcdServers make_servers() {
    std::vector<std::unique_ptr<HttpClient>> members;
    members.push_back(*make_curl_http_client(member_at(etcd.url()).front(), clock));
    return EtcdServers(std::move(members));
  }

  std::unique_ptr<MetricSource> source(const std::vector<Metric>& metrics) const {
    return *EtcdMetricSource::make(places, metrics, clock);
  }

  void put(const std::string& key, const std::string& value) { REQUIRE(keys.put(key, value)); }

  void write_cpu(const std::string& uuid, int second, const std::string& value) {
    put(fmt::format("/metrics/web/{}/cpu_user/2026-11-21T08:00:{:02}Z", uuid, second), value);
  }

  /// All that comes until `enough` is; each turn asks etcd something, which paces them.
  Reading take_until(MetricSource& from, const std::function<bool(const Reading&)>& enough) {
    const auto until = clock.now() + test_patience;
    Reading all;
    while (!enough(all) && clock.now() < until) {
      const auto reading = from.take({});
      all.points.insert(all.points.end(), reading.points.begin(), reading.points.end());
      all.failures.insert(all.failures.end(), reading.failures.begin(), reading.failures.end());
      all.bad_values += reading.bad_values;
      [[maybe_unused]] const auto paced = keys.read("/metrics");
    }
    REQUIRE(enough(all));
    return all;
  }

  /// So many, by metric, instance and time, in whatever order they came.
  Reading take_points(MetricSource& from, std::size_t count) {
    auto all = take_until(from, [&](const Reading& some) { return some.points.size() >= count; });
    std::sort(all.points.begin(), all.points.end(), [](const auto& left, const auto& right) {
      return std::tie(left.metric, left.instance, left.sample.time) <
             std::tie(right.metric, right.instance, right.sample.time);
    });
    return all;
  }
};

Reading::Point cpu_point(const std::string& instance, int second, double value) {
  const auto eight_o_clock = *parse_wall_time("2026-11-21T08:00:00Z");
  return {metric_key(cpu_user), instance, {eight_o_clock + std::chrono::seconds(second), value}};
}

}  // namespace

TEST_CASE("Values that are in etcd, and those that are written, arrive once each by unit") {
  MetricsInEtcd world;
  world.put("/services/web/u1/service_instance_name", "web@8080");
  world.write_cpu("u1", 0, "10");
  world.write_cpu("u1", 5, "20");
  const auto source = world.source({cpu_user, cpu_user});
  source->await_first(test_patience);
  CHECK(source->take({}).points ==
        std::vector{cpu_point("web@8080.service", 0, 10), cpu_point("web@8080.service", 5, 20)});
  world.write_cpu("u1", 10, "30.5");
  CHECK(world.take_points(*source, 1).points ==
        std::vector{cpu_point("web@8080.service", 10, 30.5)});
  // An instance that has registered itself since, and one that never does.
  world.put("/services/web/u2/service_instance_name", "web@8082.service");
  world.write_cpu("u2", 15, "40");
  world.write_cpu("u3", 20, "50");
  CHECK(world.take_points(*source, 2).points ==
        std::vector{cpu_point("u3", 20, 50), cpu_point("web@8082.service", 15, 40)});
}

TEST_CASE("Two metrics in one folder of a real etcd both get every value") {
  MetricsInEtcd world;
  const auto source = world.source({p95, rate});
  source->await_first(test_patience);
  const auto missing = source->take({});
  REQUIRE(missing.failures.size() == 2);
  CHECK(missing.failures[0].why == "there is nothing in etcd at /metrics/lb/response");
  CHECK(source->take({}).failures.size() == 2);
  for (int second = 0; second < 20; ++second) {
    world.put(fmt::format("/metrics/lb/response/{}", 1763712000 + second),
              R"({"time.p95": "250", "rate": 12})");
  }
  const auto reading = world.take_points(*source, 40);
  std::map<std::string, std::set<WallTime>> times;
  for (const auto& point : reading.points)
    times[point.metric].insert(point.sample.time);
  CHECK(times[metric_key(p95)].size() == 20);
  CHECK(times[metric_key(rate)].size() == 20);
  CHECK(source->take({}).failures.empty());
}

TEST_CASE("A bad value among a thousand is counted, and the others arrive") {
  MetricsInEtcd world;
  const auto source = world.source({p95});
  for (int i = 0; i < 1000; ++i) {
    world.put(fmt::format("/metrics/lb/response/{}", 1763712000 + i),
              i == 500 ? "n/a" : R"({"time.p95": 250})");
  }
  const auto reading = world.take_points(*source, 999);
  CHECK(reading.points.size() == 999);
  CHECK(reading.bad_values == 1);
}

TEST_CASE("What is consumed is gone from a real etcd, and nothing else is") {
  MetricsInEtcd world;
  world.places.consume = true;
  world.write_cpu("u1", 0, "10");
  world.write_cpu("u1", 1, "n/a");
  world.put("/metrics/web/u1/memory/1763712000", "5");
  const auto source = world.source({cpu_user});
  for (int second = 2; second < 30; ++second)
    world.write_cpu("u1", second, "20");
  CHECK(world.take_points(*source, 29).bad_values == 1);
  const auto until = world.clock.now() + test_patience;
  auto left = world.keys.read_folder("/metrics");
  while (left && left->keys.size() > 1 && world.clock.now() < until)
    left = world.keys.read_folder("/metrics");
  REQUIRE(left);
  REQUIRE(left->keys.size() == 1);
  CHECK(left->keys[0].key == "/metrics/web/u1/memory/1763712000");
}

TEST_CASE("An etcd that falls silent is a failure of each metric until it speaks again") {
  MetricsInEtcd world;
  world.places.times.silence = 50ms;
  world.write_cpu("u1", 0, "10");
  const auto source = world.source({cpu_user});
  world.take_points(*source, 1);
  world.etcd.freeze();
  const auto until = world.clock.now() + test_patience;
  std::vector<Reading::Failure> failures;
  const auto elsewhere = serve([](const HttpRequest&) { return HttpReply{}; });
  const auto pacing = *make_curl_http_client(member_at(elsewhere->endpoint()).front(), world.clock);
  while (failures.empty() && world.clock.now() < until) {
    failures = source->take({}).failures;
    pacing->start(1, {});
    pacing->wait(until);
  }
  world.etcd.thaw();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].metric == metric_key(cpu_user));
  CHECK(failures[0].why.starts_with("cannot read etcd (" + world.etcd.url() + "): "));
  world.write_cpu("u1", 5, "20");
  CHECK(world.take_points(*source, 1).points.back() == cpu_point("u1", 5, 20));
  CHECK(source->take({}).failures.empty());
}

TEST_CASE("A member that can't be reached is no failure while another one answers") {
  MetricsInEtcd world;
  world.write_cpu("u1", 0, "10");
  auto members = member_at("http://127.0.0.1:1");
  members.push_back(world.places.members.front());
  world.places.members = members;
  const auto source = world.source({cpu_user});
  source->await_first(test_patience);
  const auto first = source->take({});
  CHECK(first.failures.empty());
  CHECK(first.points == std::vector{cpu_point("u1", 0, 10)});

  world.places.members = {members.front(), members.front()};
  const auto nowhere = world.source({cpu_user});
  nowhere->await_first(test_patience);
  CHECK(nowhere->take({}).failures.size() == 1);
}

TEST_CASE("A source ends at once though its etcd is silent") {
  MetricsInEtcd world;
  world.places.times = {.head = 1h, .silence = 1h};
  world.places.members.front().request_timeout = 1h;
  world.etcd.freeze();
  const auto before = world.clock.now();
  { const auto source = world.source({cpu_user}); }
  CHECK(world.clock.now() - before < 10s);
  world.etcd.thaw();
}

TEST_CASE("What isn't an etcd with v2 keys is named, without the password of its URL") {
  SignalStopRequest stop;
  const SystemClock clock{stop};
  const auto server = serve([](const HttpRequest&) {
    HttpReply reply;
    reply.response = {.status = 404, .headers = {}, .body = "404 page not found"};
    return reply;
  });
  const auto url = "http://user:secret@" + server->endpoint().substr(7);
  const auto source = *EtcdMetricSource::make({.members = member_at(url)}, {cpu_user, p95}, clock);
  source->await_first(test_patience);
  const auto reading = source->take({});
  REQUIRE(reading.failures.size() == 2);
  CHECK(reading.failures[0].why == "cannot read etcd (" + server->endpoint() +
                                       "): HTTP 404: it has no v2 keys; etcd 3.4 and 3.5 need "
                                       "--enable-v2");
}
