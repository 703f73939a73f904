#include "scale_fleet/api/api.hpp"

#include <nlohmann/json.hpp>

#include "daemon/kept_policies.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// A daemon that keeps `my_app` (remote, between 1 and 9), `closed` (not remote) and `mover`, and
/// the API before it.
class ApiWorld {
 public:
  explicit ApiWorld(std::optional<BearerToken> token = {}, std::string prefix = {})
      : api_(make_api(
            {.board = board,
             .now = [this] { return world.wall_time(); },
             .services = world.desk,
             .nodes = nodes,
             .reschedule = [this](const auto& services) { moved.push_back(services); },
             .new_id = [this] { return "id" + std::to_string(++ids_); },
             .token = std::move(token),
             .prefix = std::move(prefix),
             .counts = &counts,
             .on_bad_request =
                 [this](const BadRequest& request) { bad_requests.push_back(request); }})) {
    world.fleet.start_with({1, 2});
    for (const auto* name : {"closed", "mover"}) {
      world.fleet.sandbox.cluster.put_unit(
          std::string(name) + "@.service", plain_options(), JobState::inactive);
    }
    auto policy = between(1, 9);
    policy.remote = RemoteRule{.cooldown_up = 90s, .cooldown_down = 90s};
    auto declared = KeptWorld::declared(policy);
    declared.file.services.push_back(KeptWorld::service(between(0, 0), "closed"));
    declared.file.services.push_back(KeptWorld::service(between(0, 0), "mover"));
    declared.file.services.back().reschedule = MayMove{};
    world.start(std::move(declared));
    turn();
  }

  void turn(int times = 1) {
    world.turn(times);
    board.publish(world.daemon->status());
  }

  /// `200 OK Scaling …`; a reply that isn't our JSON as `404 …`.
  std::string ask(const HttpRequest& request) {
    std::optional<HttpReply> reply;
    api_(request, [&](HttpReply given) {
      reply = std::move(given);
      return true;
    });
    world.desk.work();
    nodes.work();
    REQUIRE(reply);
    last = reply->response;
    const auto document = nlohmann::json::parse(last.body, nullptr, false);
    const auto status = std::to_string(last.status) + " ";
    if (!document.is_object() || !document.contains("message")) return status + last.body;
    return status + document.value("status", "") + " " + document.value("message", "");
  }

  std::string ask(const std::string& method,
                  const std::string& target,
                  const std::string& body = {},
                  std::vector<Header> headers = {}) {
    return ask({.method = method, .target = target, .headers = std::move(headers), .body = body});
  }

  std::size_t count() { return world.fleet.instances().size(); }

  KeptWorld world;
  StatusBoard board;
  DemandDesk nodes{world.state, [] {}};
  RequestCounts counts;
  std::vector<BadRequest> bad_requests;
  std::vector<std::vector<std::string>> moved;
  HttpResponse last;

 private:
  int ids_ = 0;
  LaterHttpHandler api_;
};

std::string webhook(const std::string& status = "firing", const std::string& fingerprint = "a") {
  return R"({"version":"4","groupKey":"g","status":")" + status + R"(","alerts":[{"status":")" +
         status + R"(","startsAt":"2026-11-21T08:00:00Z","fingerprint":")" + fingerprint +
         R"("}],"groupLabels":{"service":"my_app","scale":"up"},"commonLabels":{"alertname":"Hot"}})";
}

constexpr auto scale = "/v1/scale-service";

}  // namespace

TEST_CASE("a request in Docker Scaler's manner scales a service") {
  ApiWorld world;
  CHECK(world.ask("POST", "/v1/scale-service?service=my_app&scale=up&by=3") ==
        "200 OK Scaling my_app from 2 to 5 replicas (min: 1, max: 9)");
  CHECK(world.last.header("Content-Type") == "application/json");
  world.turn(2);
  CHECK(world.count() == 5);
  CHECK(world.world.events.lines().back() == "LAUNCH my_app 2 -> 5 POST /v1/scale-service");
  CHECK(world.ask("POST",
                  "/v1/scale-service?service=my_app@.service&scale=down",
                  R"({"groupLabels":{"by":"2"}})") ==
        "200 OK Scaling my_app from 5 to 3 replicas (min: 1, max: 9)");
  world.turn(2);
  CHECK(world.count() == 3);
}

TEST_CASE("Alertmanager's webhook scales a service once") {
  ApiWorld world;
  CHECK(world.ask("POST", scale, webhook()) ==
        "200 OK Scaling my_app from 2 to 3 replicas (min: 1, max: 9)");
  CHECK(world.ask("POST", scale, webhook()) == "200 OK my_app is being scaled up already");
  world.turn(2);
  CHECK(world.count() == 3);
  CHECK(world.world.events.lines().back() == "LAUNCH my_app 2 -> 3 alert Hot");
  for (int i = 0; i < 5; ++i) {
    CHECK(world.ask("POST", scale, webhook()) == "200 OK my_app: this alert has acted already");
    CHECK(holds(world.ask("POST", scale, webhook("firing", "b")), "200 OK my_app: up is closed"));
    world.turn();
  }
  CHECK(world.ask("POST", scale, webhook("resolved")) ==
        "200 OK my_app: the alert is resolved: ignored");
  world.turn(6);
  CHECK(world.count() == 3);
  // Still firing after the cool-down: it acts again.
  CHECK(world.ask("POST", scale, webhook()) ==
        "200 OK Scaling my_app from 3 to 4 replicas (min: 1, max: 9)");
  world.turn(2);
  CHECK(world.count() == 4);
}

TEST_CASE("what the loop has begun is known before the loop has told of it") {
  ApiWorld world;
  CHECK(holds(world.ask("POST", scale, webhook()), "200 OK Scaling my_app from 2 to 3"));
  world.world.turn();
  CHECK(world.ask("POST", scale, webhook()) == "200 OK my_app is being scaled up already");
  // Another one is the loop's to decide on, should this one come to nothing.
  CHECK(holds(world.ask("POST", scale, webhook("firing", "b")),
              "200 OK my_app is being scaled up already; this alert is decided on"));
  world.turn(2);
  CHECK(world.count() == 3);
}

TEST_CASE("a PUT says how many there shall be") {
  ApiWorld world;
  CHECK(world.ask("PUT", "/v1/services/my_app", R"({"count":5,"current":2})") ==
        "202 OK Scaling my_app from 2 to 5 replicas (min: 1, max: 9)");
  world.turn(2);
  CHECK(world.count() == 5);
  CHECK(world.ask("PUT", "/v1/services/my_app", R"({"count":5})") ==
        "200 OK my_app has 5 replicas already");
  CHECK(holds(world.ask("GET", "/v1/services/my_app"), R"("current":5)"));
  CHECK(world.last.header("Content-Type") == "application/json");
}

TEST_CASE("every refusal has its status") {
  struct Row {
    const char* method;
    const char* target;
    const char* body;
    const char* said;
  };

  const auto row = GENERATE(values<Row>({
      {"POST", scale, "", "400 NOK No service name in request"},
      {"POST", "/v1/scale-service?service=", "", "400 NOK No service name in request"},
      {"POST", "/v1/scale-service?service=my_app", "", "400 NOK No scale direction in request"},
      {"POST",
       "/v1/scale-service?service=my_app&scale=UP",
       "",
       "400 NOK Incorrect scale direction in request"},
      {"POST", "/v1/scale-service?service=my_app&scale=up&by=-1", "", "400 NOK 'by' has to be"},
      {"POST", scale, "{", "400 NOK Unable to recognize POST body"},
      {"POST", "/v1/scale-service?service=none&scale=up", "", "404 NOK the file declares no none"},
      {"POST", "/v1/scale-service?service=closed&scale=up", "", "403 NOK the file doesn't let"},
      {"GET", scale, "", "405 NOK only POST here"},
      {"DELETE", "/v1/services/my_app", "", "405 NOK only GET, HEAD, PUT here"},
      {"POST", "/v1/ping", "", "405 NOK only GET, HEAD here"},
      {"PUT", "/v1/services/none", R"({"count":1})", "404 NOK the file declares no none"},
      {"PUT", "/v1/services/closed", R"({"count":1})", "403 NOK"},
      {"PUT", "/v1/services/my_app", "", "400 NOK the body has to be JSON"},
      {"PUT", "/v1/services/my_app", "[]", "400 NOK the body has to be JSON"},
      {"PUT", "/v1/services/my_app", "{}", "400 NOK 'count' is missing"},
      {"PUT", "/v1/services/my_app", R"({"count":"5"})", "400 NOK 'count' has to be a whole"},
      {"PUT", "/v1/services/my_app", R"({"count":-1})", "400 NOK 'count' has to be a whole"},
      {"PUT", "/v1/services/my_app", R"({"count":1.5})", "400 NOK 'count' has to be a whole"},
      {"PUT", "/v1/services/my_app", R"({"count":65536})", "400 NOK 'count' has to be a whole"},
      {"PUT", "/v1/services/my_app", R"({"count":null})", "400 NOK 'count' has to be a whole"},
      {"PUT", "/v1/services/my_app", R"({"count":5,"cuont":5})", "400 NOK 'cuont' is not known"},
      {"PUT", "/v1/services/my_app", R"({"count":10})", "422 NOK my_app: 10 is above max"},
      {"PUT", "/v1/services/my_app", R"({"count":0})", "422 NOK my_app: 0 is below min"},
      {"PUT",
       "/v1/services/my_app",
       R"({"count":5,"current":3})",
       "409 NOK my_app: 3 replicas were"},
      {"POST", "/v1/scale-nodes?scale=up", "", "404 NOK the file declares no nodes"},
      {"POST", "/v1/scale-nodes", "", "400 NOK No scale direction"},
      {"POST", "/v1/reschedule-service", "", "400 NOK No service name in request"},
      {"POST", "/v1/reschedule-service?service=none", "", "404 NOK"},
      {"POST", "/v1/reschedule-service?service=my_app", "", "403 NOK the file doesn't let"},
      {"GET", "/v1/services/none", "", "404 NOK"},
      {"GET", "/v1/services/", "", "404 "},
      {"GET", "/v1/services/a/b", "", "404 "},
      {"POST", "/v2/scale-service", "", "404 "},
  }));
  INFO(row.method << " " << row.target << " " << row.body);
  ApiWorld world;
  const auto said = world.ask(row.method, row.target, row.body);
  CHECK(holds(said, row.said));
  const bool is_of_the_api = said.find(" NOK ") != std::string::npos;
  const bool is_a_mistake =
      said.starts_with("400") || said.starts_with("403") || said.starts_with("404");
  const bool is_told = is_of_the_api && is_a_mistake && row.method != std::string("GET") &&
                       !holds(row.target, "/v2/");
  CHECK(world.bad_requests.size() == (is_told ? 1U : 0U));
  CHECK(world.last.header("Allow").empty() == !said.starts_with("405"));
  CHECK(world.world.state.shelves["demands"].empty());
}

TEST_CASE("trying again is asked for exactly where it helps") {
  ApiWorld world;
  const auto post = [&] { return world.ask("POST", scale, webhook()); };
  SECTION("while Fleet can't be reached") {
    world.world.fleet.inject("GET:*:*:status=500");
    world.turn();
    CHECK(holds(post(), "503 NOK"));
  }
  SECTION("while another daemon leads") {
    world.world.leads = false;
    world.turn();
    CHECK(holds(post(), "503 NOK another daemon leads"));
  }
  SECTION("but not where it never will") {
    world.world.leads = false;
    world.turn();
    CHECK(holds(world.ask("POST", "/v1/scale-service?service=none&scale=up"), "404 NOK"));
    CHECK(holds(world.ask("POST", "/v1/scale-service?service=closed&scale=up"), "403 NOK"));
    CHECK(holds(world.ask("PUT", "/v1/services/my_app", R"({"count":99})"), "422 NOK"));
    CHECK(holds(world.ask("PUT", "/v1/services/my_app", "5"), "400 NOK"));
  }
  SECTION("where it can't be put on the shelf") {
    world.world.state.error = Error{.kind = ErrorKind::unavailable, .message = "the disk is full"};
    CHECK(holds(post(), "503 NOK the disk is full"));
    world.world.state.error.reset();
    // It was not accepted, and is no reason to ignore the next one.
    CHECK(holds(post(), "200 OK Scaling"));
  }
  SECTION("and then it acts once") {
    world.world.fleet.inject("GET:*:1-99:status=500");
    world.turn();
    CHECK(holds(post(), "503 NOK"));
    world.turn(20);
    CHECK(holds(post(), "200 OK Scaling"));
    world.turn(2);
    CHECK(world.count() == 3);
  }
}

TEST_CASE("a pause refuses programs, and lets alerts be") {
  ApiWorld world;
  world.world.state.shelves["pauses"]["my_app"] = R"({"until": null, "down_only": false})";
  world.turn();
  CHECK(holds(world.ask("PUT", "/v1/services/my_app", R"({"count":5})"), "409 NOK my_app: paused"));
  CHECK(holds(world.ask("POST", scale, webhook()), "200 OK my_app: paused"));
}

TEST_CASE("a prefix serves every path a second time") {
  ApiWorld world({}, "/scaler");
  for (const std::string prefix : {"", "/scaler"}) {
    CHECK(world.ask("GET", prefix + "/v1/ping") == "200 ");
    CHECK(world.ask("HEAD", prefix + "/v1/ping") == "200 ");
    CHECK(world.ask("GET", prefix + "/healthz").starts_with("200 "));
    CHECK(holds(world.ask("PUT", prefix + "/v1/services/my_app", R"({"count":2})"), "200 OK"));
  }
  CHECK(world.ask("GET", "/scalerv1/ping").starts_with("404 "));
}

TEST_CASE("changes need the token where there is one") {
  ApiWorld world(BearerToken("0123456789abcdef"));
  const std::vector<Header> right{{"Authorization", "Bearer 0123456789abcdef"}};
  const std::vector<Header> wrong{{"Authorization", "Bearer 0123456789abcdee"}};
  for (const auto& headers : {std::vector<Header>{}, wrong}) {
    CHECK(holds(world.ask("POST", scale, webhook(), headers), "401 NOK"));
    CHECK(world.last.header("WWW-Authenticate") == "Bearer");
    CHECK(holds(world.ask("PUT", "/v1/services/my_app", R"({"count":5})", headers), "401 NOK"));
    CHECK(holds(world.ask("GET", "/v1/services/my_app", "", headers), "401 NOK"));
    CHECK(holds(world.ask("POST", "/v1/reschedule-services", "", headers), "401 NOK"));
  }
  CHECK(world.ask("GET", "/v1/ping") == "200 ");
  CHECK(holds(world.ask("POST", scale, webhook(), right), "200 OK Scaling"));
}

TEST_CASE("answers are counted by their path and status") {
  ApiWorld world;
  world.ask("POST", scale, webhook());
  world.ask("POST", scale, webhook());
  world.ask("POST", scale, "{");
  world.ask("DELETE", scale);
  world.ask("PUT", "/v1/services/my_app", R"({"count":5})");
  world.ask("PUT", "/v1/services/none", R"({"count":5})");
  world.ask("GET", "/v1/whatever");
  CHECK(world.counts.latest() == CountsByAnswer{{{"/v1/scale-service", 200}, 2},
                                                {{"/v1/scale-service", 400}, 1},
                                                {{"/v1/scale-service", 405}, 1},
                                                {{"/v1/services/", 202}, 1},
                                                {{"/v1/services/", 404}, 1}});
}

TEST_CASE("no web page may ask, unless it knows the token") {
  const std::vector<Header> page{{"Origin", "http://evil.example"}};
  ApiWorld open;
  CHECK(holds(open.ask("POST", "/v1/scale-service?service=my_app&scale=up", "", page), "403 NOK"));
  CHECK(holds(open.ask("PUT", "/v1/services/my_app", R"({"count":5})", page), "403 NOK"));
  ApiWorld guarded(BearerToken("0123456789abcdef"));
  CHECK(holds(
      guarded.ask(
          "POST", scale, webhook(), {page.front(), {"Authorization", "Bearer 0123456789abcdef"}}),
      "200 OK"));
}

TEST_CASE("services that may be moved are, and no others") {
  ApiWorld world;
  CHECK(world.ask("POST", "/v1/reschedule-services") == "200 OK Rescheduling services: mover");
  CHECK(world.ask("POST", "/v1/reschedule-service?service=mover") ==
        "200 OK Rescheduling service: mover");
  using Names = std::vector<std::string>;
  CHECK(world.moved == std::vector<Names>{{"mover"}, {"mover"}});
}
