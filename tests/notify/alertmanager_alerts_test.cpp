#include "notify/alertmanager_alerts.hpp"

#include <nlohmann/json.hpp>

#include "scale_fleet/notify/occasions.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr WallTime happened{1'795'335'330'123ms};

Notice up_notice(const std::string& summary = "Scaling web from 2 to 3 replicas") {
  return stamped(
      scaled_service("web", ScaleDirection::up, NoticeStatus::success, summary), happened, 7);
}

nlohmann::json parsed_alerts(const std::vector<Notice>& notices, WallTime sent) {
  return nlohmann::json::parse(alertmanager_alerts(notices, sent, 10s));
}

}  // namespace

TEST_CASE("An alert has Docker Scaler's labels and annotations, and an id of its own") {
  CHECK(parsed_alerts({up_notice()}, happened) == nlohmann::json::parse(R"([{
    "labels": {"alertname": "scale_service", "service": "web", "status": "success",
               "event_id": "1a20253194b-00000007"},
    "annotations": {"summary": "Scaling web from 2 to 3 replicas",
                    "request": "Scale service up: web"},
    "startsAt": "2026-11-22T08:15:30.123Z",
    "endsAt": "2026-11-22T08:15:40.123Z"}])"));
}

TEST_CASE("An alert lasts from its sending on, whenever it happened") {
  struct Row {
    Millis sent_after;
    const char* ends;
  };

  for (const auto& row : std::vector<Row>{{0s, "2026-11-22T08:15:40.123Z"},
                                          {9s, "2026-11-22T08:15:49.123Z"},
                                          {1h, "2026-11-22T09:15:40.123Z"},
                                          {-1h, "2026-11-22T08:15:40.123Z"}}) {
    CAPTURE(row.ends);
    const auto alert = parsed_alerts({up_notice()}, happened + row.sent_after).at(0);
    CHECK(alert.at("startsAt") == "2026-11-22T08:15:30.123Z");
    CHECK(alert.at("endsAt") == row.ends);
  }
}

TEST_CASE("Several notices are several alerts, in their order") {
  const auto alerts = parsed_alerts({up_notice("first"), up_notice("second")}, happened);
  REQUIRE(alerts.size() == 2);
  CHECK(alerts.at(0).at("annotations").at("summary") == "first");
  CHECK(alerts.at(1).at("annotations").at("summary") == "second");
}

TEST_CASE("Whatever stands in a notice, an alert is JSON with texts that can be shown") {
  auto notice = up_notice(
      "a\nb\xff"
      "c\"" +
      std::string(20'000, 'x'));
  notice.service = "\xc3\x28";
  notice.event_id = "\xff";
  const auto alert = parsed_alerts({notice}, happened).at(0);
  CHECK(alert.at("labels").at("service") == "\\xc3(");
  CHECK(alert.at("labels").at("event_id") == "\\xff");
  const auto summary = alert.at("annotations").at("summary").get<std::string>();
  CHECK(summary.starts_with("a\\x0ab\\xffc\"xxx"));
  CHECK(summary.ends_with("x…"));
  CHECK(summary.size() < 9'000);
}
