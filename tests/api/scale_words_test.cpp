#include "scale_fleet/api/scale_words.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

HttpRequest post(std::string query, std::string body) {
  return {.method = "POST",
          .target = "/v1/scale-service" + std::move(query),
          .headers = {},
          .body = std::move(body)};
}

/// `web up 2`, with a dash for what isn't there; or `400 why`.
std::string in_short(const Accepted<ScaleWords>& words) {
  if (!words) return std::to_string(words.error().status) + " " + words.error().message;
  return words->service.value_or("-") + " " + words->scale.value_or("-") + " " +
         (words->by ? std::to_string(*words->by) : "-");
}

/// What Alertmanager 0.25 sends, with `status` and `alerts` put in.
std::string webhook_of(const std::string& status,
                       const std::string& alerts,
                       const std::string& group = R"({"service":"web","scale":"up"})") {
  return R"({"receiver":"scale","status":")" + status + R"(","alerts":[)" + alerts +
         R"(],"groupLabels":)" + group +
         R"(,"commonLabels":{"alertname":"HighLoad","service":"web","scale":"up"},)"
         R"("commonAnnotations":{},"externalURL":"http://am:9093","version":"4",)"
         R"("groupKey":"{}/{scale=\"up\"}:{service=\"web\"}","truncatedAlerts":0})"
         "\n";
}

std::string alert(const std::string& fingerprint,
                  const std::string& start = "2026-11-21T08:00:00Z",
                  const std::string& status = "firing") {
  return R"({"status":")" + status + R"(","labels":{},"annotations":{},"startsAt":")" + start +
         R"(","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":")" + fingerprint +
         R"("})";
}

}  // namespace

TEST_CASE("service, direction and step are read as Docker Scaler's callers write them") {
  struct Row {
    const char* name;
    const char* query;
    const char* body;
    const char* read;
  };

  const auto row = GENERATE(values<Row>({
      {"by query", "?service=web&scale=up&by=2", "", "web up 2"},
      {"by query, encoded", "?service=a%3A1.0&scale=down", "", "a:1.0 down -"},
      {"by body", "", R"({"groupLabels":{"service":"web","scale":"up","by":2}})", "web up 2"},
      {"a step as labels are", "", R"({"groupLabels":{"service":"web","by":"2"}})", "web - 2"},
      {"by both: the query beats the body one by one",
       "?by=3",
       R"({"groupLabels":{"service":"web","scale":"up","by":2}})",
       "web up 3"},
      {"by common labels", "", R"({"commonLabels":{"service":"web","scale":"up"}})", "web up -"},
      {"group labels beat common ones",
       "",
       R"({"groupLabels":{"service":"web"},"commonLabels":{"service":"db","scale":"up"}})",
       "web up -"},
      {"nothing", "", "", "- - -"},
      {"blanks", "", " \r\n", "- - -"},
      {"an empty object", "", "{}", "- - -"},
      {"what else stands there", "?x=y", R"({"groupLabels":{"x":[1]},"y":{}})", "- - -"},
      {"a step of 0 is none", "?by=0", "", "- - -"},
      {"null is nothing", "", R"({"groupLabels":{"service":null,"by":null}})", "- - -"},
      {"the greatest step", "?by=65535", "", "- - 65535"},
  }));
  INFO(row.name);
  CHECK(in_short(read_scale_words(post(row.query, row.body))) == row.read);
}

TEST_CASE("what can't be understood is refused, and never a default") {
  struct Row {
    const char* query;
    const char* body;
    const char* said;
  };

  const auto row = GENERATE(values<Row>({
      {"?by=-2", "", "'by' has to be"},
      {"?by=abc", "", "'by' has to be"},
      {"?by=", "", "'by' has to be"},
      {"?by=1.5", "", "'by' has to be"},
      {"?by=+2", "", "'by' has to be"},
      {"?by= 2", "", "'by' has to be"},
      {"?by=65536", "", "'by' has to be"},
      {"?by=99999999999999999999", "", "'by' has to be"},
      {"?by=%zz", "", "the query"},
      {"", R"({"groupLabels":{"by":-2}})", "'by' has to be"},
      {"", R"({"groupLabels":{"by":1.5}})", "'by' has to be"},
      {"", R"({"groupLabels":{"by":1e300}})", "'by' has to be"},
      {"", R"({"groupLabels":{"by":"two"}})", "'by' has to be"},
      {"", R"({"groupLabels":{"by":[]}})", "'by' has to be"},
      {"", R"({"groupLabels":{"by":true}})", "'by' has to be"},
      {"", R"({"groupLabels":{"service":5}})", "'service' has to be a text"},
      {"", R"({"groupLabels":[]})", "'groupLabels' has to be an object"},
      {"", R"({"commonLabels":"x"})", "'commonLabels' has to be an object"},
      {"", R"({"alerts":{}})", "'alerts' has to be a list"},
      {"", R"({"alerts":[5]})", "an alert has to be an object"},
      {"", R"({"alerts":[{"fingerprint":5}]})", "'fingerprint' has to be a text"},
      {"", R"({"alerts":[{"labels":{"a":1}}]})", "a label has to be a text"},
      {"", R"({"alerts":[{"labels":{"a":["b"]}}]})", "a label has to be a text"},
      {"", R"({"groupKey":{},"alerts":[]})", "'groupKey' has to be a text"},
      {"", R"({"groupKey":"g"})", "'alerts' is missing"},
      {"", "[]", "POST body"},
      {"", "web", "POST body"},
      {"", "{", "POST body"},
      {"?service=web&scale=up", "service=web", "POST body"},
  }));
  INFO(row.query << row.body);
  const auto words = read_scale_words(post(row.query, row.body));
  REQUIRE_FALSE(words);
  CHECK(words.error().status == 400);
  CHECK(holds(words.error().message, row.said));
}

TEST_CASE("an alert is told by its group, its labels and its beginning") {
  const auto read = [](const std::string& body) {
    const auto words = read_scale_words(post("", body));
    REQUIRE(words);
    return *words;
  };
  const auto words = read(webhook_of("firing", alert("a")));
  CHECK(words.is_alert);
  CHECK_FALSE(words.is_resolved);
  CHECK(words.alert_name == "HighLoad");
  REQUIRE(words.alerts.size() == 1);
  CHECK(words.service == "web");

  SECTION("the same again is the same") {
    CHECK(read(webhook_of("firing", alert("a"))).alerts == words.alerts);
  }
  SECTION("others are others") {
    for (const auto& other : {webhook_of("firing", alert("b")),
                              webhook_of("firing", alert("a", "2026-11-21T09:00:00Z"))}) {
      CHECK(read(other).alerts.front() != words.alerts.front());
    }
    auto other_group = webhook_of("firing", alert("a"));
    other_group.replace(other_group.find("{}/{"), 2, "[]");
    CHECK(read(other_group).alerts.front() != words.alerts.front());
  }
  SECTION("without a fingerprint its labels tell it from others") {
    const auto of = [&](const std::string& labels) {
      const auto all = read(R"({"groupKey":"g","alerts":[{"labels":)" + labels + "}]}").alerts;
      REQUIRE(all.size() == 1);
      return all.front();
    };
    CHECK(of(R"({"a":"1","b":"2"})") == of(R"({"b":"2","a":"1"})"));
    CHECK(of(R"({"a":"1","b":"2"})") != of(R"({"a":"1"})"));
    CHECK(of(R"({"a":"1\n1:b=1:2"})") != of(R"({"a":"1","b":"2"})"));
  }
  SECTION("those that are over don't count") {
    const auto some = read(
        webhook_of("firing", alert("a") + "," + alert("b", "2026-11-21T08:00:00Z", "resolved")));
    CHECK(some.alerts == words.alerts);
    CHECK_FALSE(some.is_resolved);
  }
  SECTION("where none fires it is resolved") {
    CHECK(read(webhook_of("resolved", alert("a", "2026-11-21T08:00:00Z", "resolved"))).is_resolved);
    CHECK(read(webhook_of("firing", alert("a", "2026-11-21T08:00:00Z", "resolved"))).is_resolved);
    CHECK(read(webhook_of("firing", "")).is_resolved);
  }
  SECTION("a program's request is none") {
    CHECK_FALSE(read(R"({"groupLabels":{"scale":"up"}})").is_alert);
  }
}

TEST_CASE("however deep a body is nested, it is refused") {
  const std::string deep(200'000, '[');
  for (const auto* start : {"", R"({"alerts":[{"labels":{"a":)", R"({"groupLabels":{"by":)"}) {
    // With ends that match, and without.
    const std::string opened(start);
    std::string ends(deep.size(), ']');
    for (auto c = opened.rbegin(); c != opened.rend(); ++c)
      ends += *c == '{' ? "}" : *c == '[' ? "]" : "";
    for (const auto& body : {opened + deep, opened + deep + ends}) {
      const auto words = read_scale_words(post("", body));
      REQUIRE_FALSE(words);
      CHECK(words.error().status == 400);
    }
  }
}

TEST_CASE("a direction is up or down, and said so otherwise in Docker Scaler's words") {
  CHECK(direction_in({.scale = "up"}, "") == Direction::up);
  CHECK(direction_in({.scale = "down"}, "") == Direction::down);
  for (const auto* wrong : {"UP", "sideways", "up "}) {
    INFO(wrong);
    CHECK(direction_in({.scale = wrong}, " in request").error() ==
          Refusal{400, "Incorrect scale direction in request"});
  }
  CHECK(direction_in({}, " in request").error() == Refusal{400, "No scale direction in request"});
  CHECK(direction_in({.scale = ""}, "").error() == Refusal{400, "No scale direction"});
}
