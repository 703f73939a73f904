#include "support/real_alertmanager.hpp"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "notify/notice_receiver.hpp"
#include "notify/notifier_world.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Json = nlohmann::json;

/// Each notice is a group of its own, sent to `receiver`, a YAML text, at once.
std::string routing_by_event(const std::string& receiver) {
  return fmt::format(R"(
route:
  receiver: nobody
  routes:
    - matchers: ['alertname =~ "scale_service|scale_nodes|reschedule_service"']
      receiver: somebody
      group_by: [alertname, service, status, event_id]
      group_wait: 0s
      group_interval: 1s
      repeat_interval: 1h
receivers:
  - name: nobody
  - name: somebody
{}
)",
                     receiver);
}

std::string to_webhook(const NoticeReceiver& receiver) {
  return routing_by_event(fmt::format(
      "    webhook_configs: [{{url: '{}/hook', send_resolved: false}}]\n", receiver.url()));
}

Json alerts_of(const RealAlertmanager& alertmanager, const Clock& clock) {
  const auto client =
      *make_curl_http_client({.endpoint = *Endpoint::parse(alertmanager.url())}, clock);
  client->start(1, {.target = "/api/v2/alerts"});
  const auto ended = client->wait(clock.now() + 30s);
  REQUIRE(ended.size() == 1);
  REQUIRE(ended[0].result);
  return Json::parse(ended[0].result->body);
}

}  // namespace

TEST_CASE("A real Alertmanager takes a notice as an alert that lasts as long as was asked") {
  NotifierWorld world;
  NoticeReceiver hook;
  const RealAlertmanager alertmanager(to_webhook(hook));
  alertmanager.wait_until_ready();
  const auto notifier = world.notifier({.alertmanager = alertmanager.url(), .alert_lasts = 10min});
  const auto notice = world.notice("Scaling web from 2 to 3 replicas <&> \"ü\"");
  notifier->tell(notice);
  CHECK(world.settled_counts(*notifier, 1).at(0) ==
        NoticeCounts{.place = "alertmanager", .sent = 1});
  const auto alerts = alerts_of(alertmanager, world.clock());
  REQUIRE(alerts.size() == 1);
  const auto& alert = alerts.at(0);
  CHECK(alert.at("labels") == Json{{"alertname", "scale_service"},
                                   {"service", "web"},
                                   {"status", "success"},
                                   {"event_id", notice.event_id}});
  CHECK(alert.at("annotations") ==
        Json{{"summary", notice.summary}, {"request", "Scale service up: web"}});
  CHECK(parse_wall_time(alert.at("startsAt").get<std::string>()) == notice.time);
  const auto ends = parse_wall_time(alert.at("endsAt").get<std::string>());
  REQUIRE(ends);
  CHECK(*ends >= notice.time + 10min);
  CHECK(*ends < notice.time + 11min);
}

TEST_CASE("Three notices that say the same within a second are three notifications") {
  NotifierWorld world;
  NoticeReceiver hook;
  const RealAlertmanager alertmanager(to_webhook(hook));
  alertmanager.wait_until_ready();
  const auto notifier = world.notifier({.alertmanager = alertmanager.url()});
  std::set<std::string> told;
  for (int count = 0; count < 3; ++count) {
    const auto notice = world.notice("web is already scaled to the maximum number of 5 replicas");
    told.insert(notice.event_id);
    notifier->tell(notice);
  }
  std::set<std::string> heard;
  for (const auto& request : hook.await(3)) {
    const auto body = Json::parse(request.body);
    REQUIRE(body.at("alerts").size() == 1);
    CHECK(body.at("commonAnnotations").at("summary") ==
          "web is already scaled to the maximum number of 5 replicas");
    heard.insert(body.at("commonLabels").at("event_id").get<std::string>());
  }
  CHECK(heard == told);
}

TEST_CASE("A notice that was long on its way is told all the same") {
  NotifierWorld world;
  NoticeReceiver hook;
  const RealAlertmanager alertmanager(to_webhook(hook));
  alertmanager.wait_until_ready();
  const auto notifier = world.notifier({.alertmanager = alertmanager.url()});
  auto notice = world.notice("Scaling web from 2 to 3 replicas");
  notice.time -= 1h;
  notifier->tell(notice);
  const auto body = Json::parse(hook.await(1).at(0).body);
  const auto starts = body.at("alerts").at(0).at("startsAt").get<std::string>();
  CHECK(parse_wall_time(starts) == notice.time);
}

TEST_CASE("Notices go on to Slack by an Alertmanager, as Docker Scaler's users route them") {
  NotifierWorld world;
  NoticeReceiver slack;
  const RealAlertmanager alertmanager(
      fmt::format("global: {{slack_api_url: '{}{}'}}\n", slack.url(), secret_path) +
      routing_by_event(R"(
    slack_configs:
      - channel: '#scaling'
        send_resolved: false
        title: '{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.request }}'
        text: '{{ .CommonAnnotations.summary }}'
        color: '{{ if eq .CommonLabels.status "error" }}danger{{ else }}good{{ end }}'
)"));
  alertmanager.wait_until_ready();
  const auto notifier = world.notifier({.alertmanager = alertmanager.url()});
  notifier->tell(stamped(scaled_service("web", ScaleDirection::up, NoticeStatus::error, "no room"),
                         system_wall_time(),
                         1));
  const auto request = slack.await(1).at(0);
  CHECK(request.target == secret_path);
  const auto attachment = Json::parse(request.body).at("attachments").at(0);
  CHECK(attachment.at("title") == "scale_service: Scale service up: web");
  CHECK(attachment.at("text") == "no room");
  CHECK(attachment.at("color") == "danger");
}
