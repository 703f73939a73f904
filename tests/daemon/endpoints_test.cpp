#include "scale_fleet/daemon/endpoints.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr WallTime begin(Millis(1'795'248'000'000));  // 2026-11-21T08:00:00Z

DaemonStatus some_status() {
  DaemonStatus status{.version = "1.2.3",
                      .file = "services.yaml",
                      .now = begin,
                      .started = begin - 1h,
                      .interval = 10s,
                      .is_leader = true,
                      .last_good_look = begin};
  KeptServiceStatus worker{
      .service = "worker",
      .current = 3,
      .well = 2,
      .wanted = 4,
      .min = 1,
      .max = 9,
      .cooldown_down = CoolDown{.until = begin + 90s, .because = "scale_up[0]: 2 -> 3"},
      .pause = Pause{.down_only = true, .until = begin + 1h},
      .trouble = Error{.message = "one has failed"}};
  worker.decisions.push_back({.time = begin - 1min,
                              .before = 3,
                              .count = 4,
                              .direction = Direction::up,
                              .kind = ReasonKind::threshold,
                              .asked_by = "scale_up[0]",
                              .reasons = {"load is 91"},
                              .limits = {"at most 1 in 1m"}});
  status.services.push_back(std::move(worker));
  status.services.push_back({.service = "we\"b"});
  status.counters.ticks = {.count = 7, .seconds = 0.25};
  status.counters.decisions[{"worker", "threshold"}] = 5;
  status.counters.actions[{"worker", "LAUNCH"}] = {.count = 2, .seconds = 3.5};
  status.counters.errors["unavailable"] = 4;
  return status;
}

struct Endpoints {
  StatusBoard board;
  WallTime now = begin;
  HttpHandler handler = daemon_endpoints(board, [this] { return now; });

  HttpResponse get(const std::string& path, const std::string& method = "GET") {
    return handler({.method = method, .target = path}).response;
  }
};

}  // namespace

TEST_CASE("health tells whether the loop turns, readiness whether the cluster is read") {
  Endpoints daemon;
  CHECK(daemon.get("/healthz").status == 200);
  CHECK(daemon.get("/readyz").status == 503);
  auto status = some_status();
  daemon.board.beat(begin);
  daemon.board.publish(status);
  CHECK(daemon.get("/healthz").body == "ok\n");
  CHECK(daemon.get("/readyz?verbose").body == "ok\n");
  daemon.now = begin + 29s;
  CHECK(daemon.get("/healthz").status == 200);
  daemon.now = begin + 31s;
  CHECK(daemon.get("/healthz").status == 200);
  CHECK(daemon.get("/readyz").body == "the cluster was last read 31s ago\n");
  daemon.now = begin + 3min + 1s;
  CHECK(daemon.get("/healthz").body == "the loop has not turned for 3m1s\n");
  CHECK(daemon.get("/healthz").status == 503);
  daemon.board.beat(daemon.now);
  CHECK(daemon.get("/healthz").status == 200);
  CHECK(daemon.get("/readyz").status == 503);
}

TEST_CASE("other paths and methods are refused as HTTP has it") {
  Endpoints daemon;
  CHECK(daemon.get("/").status == 404);
  CHECK(daemon.get("/v1/status/worker").status == 404);
  const auto refused = daemon.get("/metrics", "POST");
  CHECK(refused.status == 405);
  CHECK(refused.header("Allow") == "GET, HEAD");
}

TEST_CASE("the status document says everything of every service") {
  Endpoints daemon;
  daemon.board.publish(some_status());
  const auto reply = daemon.get("/v1/status");
  CHECK(reply.header("Content-Type") == "application/json");
  const auto document = nlohmann::json::parse(reply.body);
  CHECK(document["daemon"]["leader"] == true);
  const auto& worker = document["services"][0];
  CHECK(worker["current"] == 3);
  CHECK(worker["cooldown_up"].is_null());
  CHECK(worker["cooldown_down"]["remaining_seconds"] == 90.0);
  CHECK(worker["pause"]["down_only"] == true);
  CHECK(worker["decisions"][0]["reasons"][0] == "load is 91");
  CHECK(document["services"][1]["current"].is_null());
}

TEST_CASE("metrics are in Prometheus' text format, with zeros from the start") {
  Endpoints daemon;
  auto status = some_status();
  status.requests[{"/v1/scale-service", 503}] = 12;
  daemon.board.publish(std::move(status));
  const auto reply = daemon.get("/metrics");
  CHECK(holds(reply.header("Content-Type").data(), "version=0.0.4"));
  for (const auto* line : {
           "# TYPE scale_fleet_instances gauge\n",
           "scale_fleet_instances{service=\"worker\"} 3\n",
           "scale_fleet_instances_desired{service=\"worker\"} 4\n",
           "scale_fleet_decisions_total{service=\"worker\",reason=\"threshold\"} 5\n",
           "scale_fleet_decisions_total{service=\"we\\\"b\",reason=\"threshold\"} 0\n",
           "scale_fleet_action_seconds_sum{service=\"worker\",action=\"LAUNCH\"} 3.5\n",
           "scale_fleet_action_seconds_count{service=\"worker\",action=\"LAUNCH\"} 2\n",
           "scale_fleet_errors_total{class=\"unavailable\"} 4\n",
           "scale_fleet_errors_total{class=\"refused\"} 0\n",
           "scale_fleet_last_good_reading_age_seconds 0\n",
           "scale_fleet_paused{service=\"worker\"} 1\n",
           "scale_fleet_ticks_total 7\n",
           "scale_fleet_tick_seconds_sum 0.25\n",
           "scale_fleet_tick_seconds_count 7\n",
           "scale_fleet_requests_total{path=\"/v1/scale-service\",code=\"503\"} 12\n",
       }) {
    CAPTURE(line);
    CHECK(holds(reply.body, line));
  }
  CHECK_FALSE(holds(reply.body, "scale_fleet_instances{service=\"we\\\"b\"}"));
}

TEST_CASE("a service is explained to a person") {
  const auto text = explain_service(status_document(some_status()), "worker");
  REQUIRE(text);
  CHECK(*text ==
        "worker: 3 there, 2 well, 4 wanted (min 1, max 9)\n"
        "  no rule scales it down for another 1m30s, after scale_up[0]: 2 -> 3\n"
        "  paused, downward only until 2026-11-21T09:00:00.000Z\n"
        "  trouble: one has failed\n"
        "last decisions:\n"
        "  2026-11-21T07:59:00.000Z  3 -> 4  (scale_up[0])\n"
        "    because load is 91\n"
        "    but at most 1 in 1m\n");
}

TEST_CASE("whoever hasn't counted a service says why, and not a number") {
  auto status = some_status();
  status.services[0].current.reset();
  CHECK(holds(*explain_service(status_document(status), "worker"),
              "worker: not counted (min 1, max 9): its count could not be read yet\n"));
  status.is_leader = false;
  CHECK(
      holds(*explain_service(status_document(status), "worker"),
            "worker: not counted (min 1, max 9): this daemon stands by, ask the one that leads\n"));
}

TEST_CASE("what isn't a daemon's document, or isn't in it, is told as such") {
  CHECK(explain_service("<html>", "worker").error().kind == ErrorKind::unavailable);
  CHECK(explain_service("[]", "worker").error().kind == ErrorKind::unavailable);
  CHECK(explain_service(R"({"services": [7]})", "worker").error().kind == ErrorKind::not_found);
  CHECK(explain_service(status_document(some_status()), "db").error().kind == ErrorKind::not_found);
}
