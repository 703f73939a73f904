// The examples of alerting, with a real Prometheus and a real Alertmanager.

#include <atomic>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "notify/notice_receiver.hpp"
#include "notify/notifier_world.hpp"
#include "support/real_alertmanager.hpp"
#include "support/real_prometheus.hpp"
#include "support/replaced.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Json = nlohmann::json;

/// In which a second notice of the same group would come.
constexpr auto less_than_group_interval = 9s;

/// The example's Alertmanager, that goes to `scaler` instead of a daemon and to `slack` besides.
struct ExampleAlertmanager {
  NotifierWorld world;
  NoticeReceiver scaler;
  NoticeReceiver slack;
  TemporaryFolder folder;
  RealAlertmanager alertmanager{config()};

  ExampleAlertmanager() { alertmanager.wait_until_ready(); }

  RealPrometheus prometheus_of(const std::string& exporter) const {
    auto rules = TemporaryFolder::read(SCALE_FLEET_ALERTING_EXAMPLES "/rules.yml");
    rules = replaced(rules, "for: 15s", "for: 300ms");
    rules = replaced(rules, "for: 1m\n", "for: 300ms\n");
    return RealPrometheus({exporter}, PrometheusAlerting{rules, alertmanager.url()});
  }

  std::string config() const {
    folder.write("token", "the-token\n");
    folder.write("slack_url", slack.url() + secret_path + "\n");
    auto text = TemporaryFolder::read(SCALE_FLEET_ALERTING_EXAMPLES "/alertmanager.yml");
    text = replaced(text, "http://127.0.0.1:49160", scaler.url());
    text = replaced(text, "credentials_file: token", "credentials_file: " + folder.path("token"));
    text = replaced(text, "# global:", "global:");
    text = replaced(text, "slack_url}", folder.path("slack_url") + "}");
    const auto people = text.find("- name: people");
    return text.substr(0, people) + replaced(text.substr(people), "\n    # ", "\n    ");
  }

  /// As Prometheus tells it of an alert that fires.
  void fire(const Json& labels) {
    const auto client =
        *make_curl_http_client({.endpoint = *Endpoint::parse(alertmanager.url())}, world.clock());
    client->start(1,
                  {.method = "POST",
                   .target = "/api/v2/alerts",
                   .headers = {{"Content-Type", "application/json"}},
                   .body = Json::array({{{"labels", labels}}}).dump()});
    const auto ended = client->wait(world.clock().now() + 30s);
    REQUIRE(ended.size() == 1);
    REQUIRE(ended[0].result);
    REQUIRE(ended[0].result->status == 200);
  }
};

}  // namespace

TEST_CASE("An alert with the example's labels asks for the file's step, with the token") {
  struct Row {
    Json labels;
    const char* target;
    Json group_labels;
  };

  const std::vector<Row> rows{
      {{{"alertname", "hello_has_too_much_to_do"}, {"service", "hello"}, {"scale", "up"}},
       "/v1/scale-service",
       {{"service", "hello"}, {"scale", "up"}}},
      {{{"alertname", "machines_are_idle"}, {"type", "node"}, {"scale", "down"}},
       "/v1/scale-nodes?type=worker",
       {{"scale", "down"}}}};
  for (const auto& row : rows) {
    ExampleAlertmanager example;
    example.fire(row.labels);
    const auto request = example.scaler.await(1).at(0);
    CHECK(request.method == "POST");
    CHECK(request.target == row.target);
    const HttpResponse headers{.headers = request.headers};
    CHECK(headers.header("Authorization") == "Bearer the-token");
    const auto body = Json::parse(request.body);
    CHECK(body.at("version") == "4");
    CHECK(body.at("status") == "firing");
    CHECK(body.at("groupLabels") == row.group_labels);
    CHECK(example.slack.requests().empty());
  }
}

TEST_CASE("A queue that grows and shrinks asks for one more, and then for one less") {
  std::atomic<int> queue = 50;
  const auto hello = serve([&](const HttpRequest&) {
    HttpReply reply;
    reply.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    reply.response.body = fmt::format("hello_queue {}\n", queue.load());
    return reply;
  });
  ExampleAlertmanager example;
  const auto prometheus = example.prometheus_of(hello->endpoint());
  prometheus.wait_until_ready();
  queue = 250;
  const auto up = Json::parse(example.scaler.await(1).at(0).body);
  CHECK(up.at("groupLabels") == Json{{"service", "hello"}, {"scale", "up"}});
  CHECK(up.at("commonAnnotations").at("summary") == "250 jobs wait for hello");
  queue = 5;
  const auto is_down = [](const HttpRequest& request) {
    return Json::parse(request.body).at("groupLabels").at("scale") == "down";
  };
  std::size_t count = 2;
  auto requests = example.scaler.await(count);
  while (!is_down(requests.back()))
    requests = example.scaler.await(++count);
  CHECK(Json::parse(requests.back().body).at("status") == "firing");
}

TEST_CASE("In the example, notices go to people and never back to the scaler") {
  ExampleAlertmanager example;
  const auto notifier = example.world.notifier({.alertmanager = example.alertmanager.url()});
  const auto before = example.world.clock().now();
  notifier->tell(example.world.notice("Scaling web from 2 to 3 replicas"));
  notifier->tell(example.world.notice("Scaling web from 2 to 3 replicas"));
  for (const auto& request : example.slack.await(2)) {
    const auto attachment = Json::parse(request.body).at("attachments").at(0);
    CHECK(attachment.at("title") == "Scale service up: web");
    CHECK(attachment.at("text") == "Scaling web from 2 to 3 replicas");
    CHECK(attachment.at("color") == "good");
  }
  CHECK(example.world.clock().now() - before < less_than_group_interval);
  CHECK(example.scaler.requests().empty());
}
