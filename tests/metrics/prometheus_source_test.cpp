#include "metrics/prometheus_source.hpp"

#include <atomic>
#include <functional>
#include <latch>

#include <fmt/format.h>

#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"
#include "support/catch.hpp"
#include "support/real_prometheus.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const Metric jobs{.source = PrometheusMetric{.query = "jobs"}};
const Metric load_by_unit{.source = PrometheusMetric{.query = "load", .instance_label = "unit"},
                          .per_instance = true};
const Metric load_together{.source = PrometheusMetric{.query = "load"}};
const Metric broken_query{.source = PrometheusMetric{.query = "sum("}};
const Metric no_such{.source = PrometheusMetric{.query = "no_such_metric"}};

constexpr auto deadline_of_test = 40s;

/// A program that shows its metrics, and a Prometheus that collects them.
struct Scraped {
  std::atomic<int> jobs_now = 5;
  std::unique_ptr<HttpServer> exporter = serve([this](const HttpRequest& request) {
    HttpReply reply;
    if (request.target == "/pace") reply.delay = 10ms;
    reply.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    reply.response.body = fmt::format(
        "jobs {}\nload{{unit=\"web@1.service\"}} 1.5\nload{{unit=\"web@2.service\"}} 2.5\n",
        jobs_now.load());
    return reply;
  });
  RealPrometheus prometheus{{exporter->endpoint()}};
  SignalStopRequest stop;
  SystemClock clock{stop};
  std::unique_ptr<HttpClient> pacing = client_of(exporter->endpoint(), 10s);
  RequestId turns = 0;

  Scraped() { prometheus.wait_until_ready(); }

  std::unique_ptr<HttpClient> client_of(const std::string& url, Millis timeout) const {
    return *make_curl_http_client(
        {.endpoint = Endpoint::parse(url).value(), .request_timeout = timeout}, clock);
  }

  std::unique_ptr<MetricSource> source(const std::vector<Metric>& metrics) const {
    return std::make_unique<PrometheusSource>(client_of(prometheus.url(), 2s), metrics, 50ms);
  }

  /// The first reading that `is_wanted`; each turn asks the exporter something that
  /// takes its time, so that the machine has some for Prometheus.
  Reading take_until(MetricSource& from, const std::function<bool(const Reading&)>& is_wanted) {
    const auto until = clock.now() + deadline_of_test;
    auto reading = from.take({});
    while (!is_wanted(reading) && clock.now() < until) {
      pacing->start(++turns, {.target = "/pace"});
      pacing->wait(until);
      reading = from.take({});
    }
    REQUIRE(is_wanted(reading));
    return reading;
  }

  void await_jobs(MetricSource& from, int value) {
    take_until(from, [&](const Reading& reading) {
      return !reading.points.empty() && reading.points.back().sample.value == value;
    });
  }
};

}  // namespace

TEST_CASE("A value that a program shows arrives by Prometheus, and the next one too") {
  Scraped world;
  const auto source = world.source({jobs});
  world.await_jobs(*source, 5);
  const auto first = world.take_until(*source, [](const auto& all) { return !all.points.empty(); });
  world.jobs_now = 7;
  world.await_jobs(*source, 7);
  const auto later = world.take_until(*source, [](const auto& all) { return !all.points.empty(); });
  CHECK(first.points[0].metric == metric_key(jobs));
  CHECK(first.points[0].instance.empty());
  CHECK(later.points[0].sample.time > first.points[0].sample.time);
}

TEST_CASE("A real Prometheus gives values by unit, and says what is wrong with a query") {
  Scraped world;
  const auto wait_for_scrape = world.source({jobs});
  world.await_jobs(*wait_for_scrape, 5);
  const auto source = world.source({load_by_unit, load_together, broken_query, no_such});
  source->await_first(deadline_of_test);
  const auto reading = source->take({});
  std::map<std::string, double> by_unit_name;
  for (const auto& point : reading.points) {
    CHECK(point.metric == metric_key(load_by_unit));
    by_unit_name[point.instance] = point.sample.value;
  }
  CHECK(by_unit_name ==
        std::map<std::string, double>{{"web@1.service", 1.5}, {"web@2.service", 2.5}});
  std::map<std::string, std::string> why;
  for (const auto& failed : reading.failures)
    why[failed.metric] = failed.why;
  REQUIRE(why.size() == 3);
  CHECK(why[metric_key(load_together)].starts_with("the query has 2 results where one"));
  CHECK(why[metric_key(broken_query)].starts_with("Prometheus says bad_data: "));
  CHECK(why[metric_key(no_such)] == "the query has no result");
}

TEST_CASE("While Prometheus is stopped its metrics fail; once it is back they have values") {
  Scraped world;
  const auto source = world.source({jobs});
  world.await_jobs(*source, 5);
  world.prometheus.stop();
  const auto failed = world.take_until(*source, [](const auto& reading) {
    return reading.points.empty() && !reading.failures.empty();
  });
  CHECK(failed.failures[0].why.starts_with("cannot ask Prometheus: "));
  world.jobs_now = 9;
  world.prometheus.start();
  world.prometheus.wait_until_ready();
  world.await_jobs(*source, 9);
}

TEST_CASE("A Prometheus that is slower than the interval is a failure, and holds up nobody") {
  SignalStopRequest stop;
  const SystemClock clock{stop};
  const auto slow = serve([](const HttpRequest&) { return HttpReply{.delay = 1h}; });
  const auto endpoint = Endpoint::parse("http://user:secret@" + slow->endpoint().substr(7)).value();
  const auto before = clock.now();
  {
    auto client = *make_curl_http_client({.endpoint = endpoint, .request_timeout = 50ms}, clock);
    PrometheusSource source(std::move(client), {jobs, no_such}, 50ms);
    source.await_first(deadline_of_test);
    const auto reading = source.take({});
    REQUIRE(reading.failures.size() == 2);
    for (const auto& failed : reading.failures) {
      CHECK(failed.why.starts_with("cannot ask Prometheus: "));
      CHECK(failed.why.find("secret") == std::string::npos);
    }
  }
  CHECK(clock.now() - before < 10s);
}

TEST_CASE("A source of Prometheus's ends at once though a query is under way") {
  SignalStopRequest stop;
  const SystemClock clock{stop};
  std::latch asked(1);
  std::atomic<bool> was_asked = false;
  const auto slow = serve([&](const HttpRequest&) {
    if (!was_asked.exchange(true)) asked.count_down();
    return HttpReply{.delay = 1h};
  });
  auto client = *make_curl_http_client(
      {.endpoint = Endpoint::parse(slow->endpoint()).value(), .request_timeout = 1h}, clock);
  const auto before = clock.now();
  {
    const PrometheusSource source(std::move(client), {jobs}, 1h);
    asked.wait();
  }
  CHECK(clock.now() - before < 10s);
}
