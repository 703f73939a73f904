#include <signal.h>

#include <array>
#include <atomic>
#include <chrono>

#include <fmt/format.h>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "program/etcd_at_hand.hpp"
#include "program/fleet_switch.hpp"
#include "support/catch.hpp"
#include "support/certificates.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr auto remote_app = "  my_app: {min: 1, max: 9, remote: {cooldown: 1m}}\n";
const Header json_type{"Content-Type", "application/json"};
const Header token_header{"Authorization", "Bearer 0123456789abcdef"};

/// Where a daemon listens, by whatever scheme.
std::string door_of(RunningProgram& daemon) {
  REQUIRE(daemon.wait_for_err("listening on http"));
  return daemon.wait_for_err_line("listening on ").value_or("");
}

}  // namespace

TEST_CASE("What callers of Docker Scaler send scales the services of a daemon") {
  DaemonProcessWorld world;
  world.declare(remote_app, "interval: 1s\napi: {prefix: /scaler}\n");
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  DaemonCaller caller(endpoint);

  struct Row {
    const char* method;
    const char* target;
    const char* body;
    const char* answer;
    std::size_t count;
  };

  for (const auto& row : std::vector<Row>{
           {"POST",
            "/v1/scale-service?service=my_app&scale=up&by=2",
            "",
            "200 OK Scaling my_app from 1 to 3 replicas (min: 1, max: 9)",
            3},
           {"POST",
            "/v1/scale-service",
            R"({"groupLabels":{"service":"my_app","scale":"down","by":"1"}})",
            "200 OK Scaling my_app from 3 to 2 replicas (min: 1, max: 9)",
            2},
           {"POST",
            "/v1/scale-service?by=3",
            R"({"groupLabels":{"scale":"up","by":1},"commonLabels":{"service":"my_app"}})",
            "200 OK Scaling my_app from 2 to 5 replicas (min: 1, max: 9)",
            5},
           {"PUT",
            "/v1/services/my_app",
            R"({"count":4,"current":5})",
            "202 OK Scaling my_app from 5 to 4 replicas (min: 1, max: 9)",
            4},
           {"POST",
            "/scaler/v1/scale-service?service=my_app&scale=up&by=9",
            "",
            "200 OK Scaling my_app from 4 to 9 replicas (min: 1, max: 9)",
            9},
           {"POST",
            "/v1/scale-service?service=my_app&scale=up",
            "",
            "200 OK my_app is already scaled to the maximum number of 9 replicas",
            9},
           {"PUT",
            "/v1/services/my_app",
            R"({"count":9})",
            "200 OK my_app has 9 replicas already",
            9},
           {"GET", "/v1/ping", "", "200 ", 9},
           {"HEAD", "/scaler/v1/ping", "", "200 ", 9}}) {
    INFO(row.method << " " << row.target << " " << row.body);
    CHECK(caller.ask(row.method, row.target, row.body) == row.answer);
    CHECK(is_settled_at(world, endpoint, row.count));
  }
  CHECK(holds(caller.ask("GET", "/v1/services/my_app"), R"("current":9)"));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
  const auto events = world.world.run({"events", "--file", world.file()});
  CHECK(holds(events.out, " LAUNCH my_app 1 -> 3: POST /v1/scale-service: asks for 2 more"));
  CHECK(holds(events.out, " TERMINATE my_app 5 -> 4: PUT /v1/services/my_app: asks for 4"));
}

TEST_CASE("What a daemon refuses it says why, and changes nothing") {
  DaemonProcessWorld world;
  world.world.folder.write("token", "0123456789abcdef\n");
  world.declare(remote_app + std::string("  closed: {count: 0}\n"),
                "interval: 1s\napi: {token_file: token}\n");
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  DaemonCaller caller(endpoint);

  struct Row {
    const char* method;
    const char* target;
    std::string body;
    std::vector<Header> headers;
    const char* answer;
  };

  const std::vector<Header> right{json_type, token_header};
  const std::vector<Header> wrong{json_type, {"Authorization", "Bearer 0123456789abcdee"}};
  constexpr auto up = "/v1/scale-service?service=my_app&scale=up";
  constexpr auto one = "/v1/services/my_app";
  const std::string five = R"({"count":5})";
  const std::string long_body = R"({"x":")" + std::string(1024UL * 1024, 'x') + R"("})";
  const auto count_is_one = [&] { return world.instances() == 1; };
  for (const auto& row : std::vector<Row>{
           {"POST", "/v1/scale-service?scale=up", "", right, "400 NOK No service name in request"},
           {"POST", up, "[]", right, "400 NOK Unable to recognize POST body"},
           {"POST", up, "", {json_type}, "401 NOK this needs a header"},
           {"POST", up, "", wrong, "401 NOK this needs a header"},
           {"PUT", one, five, wrong, "401 NOK this needs a header"},
           {"POST", "/v1/reschedule-services", "", {}, "401 NOK this needs a header"},
           {"PUT", "/v1/services/closed", five, right, "403 NOK the file doesn't let closed be"},
           {"PUT", "/v1/services/none", five, right, "404 NOK the file declares no none"},
           {"POST", "/v1/nothing", "", right, "404 "},
           {"POST", "/v1/scale-nodes?scale=up", "", right, "404 NOK the file declares no nodes"},
           {"GET", up, "", right, "405 NOK only POST here"},
           {"DELETE", one, "", right, "405 NOK only GET, HEAD, PUT here"},
           {"POST", "/v1/ping", "", right, "405 NOK only GET, HEAD here"},
           {"PUT", one, R"({"count":5,"current":4})", right, "409 NOK my_app: 4 replicas were"},
           {"POST", "/v1/scale-service", long_body, right, "413 "},
           {"PUT", one, R"({"count":10})", right, "422 NOK my_app: 10 is above max, which is 9"},
           {"PUT", one, R"({"count":0})", right, "422 NOK my_app: 0 is below min, which is 1"}}) {
    INFO(row.method << " " << row.target << " " << row.body.substr(0, 100));
    CHECK(holds(caller.ask(row.method, row.target, row.body, row.headers), row.answer));
    REQUIRE(caller.last);
    const bool is_405 = caller.last->status == 405;
    CHECK(caller.last->header("Allow").empty() == !is_405);
    CHECK(count_is_one());
  }
  REQUIRE(turns_twice(world, endpoint));
  CHECK(count_is_one());
  const auto paused = world.world.run({"pause", "my_app", "--file", world.file()});
  INFO(paused.err);
  REQUIRE(paused.exit_code == 0);
  REQUIRE(turns_twice(world, endpoint));
  CHECK(holds(caller.ask("PUT", one, five, right), "409 NOK my_app: paused"));
  CHECK(world.world.fleet.writes().size() == 1);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("Without a token no web page is let in") {
  DaemonProcessWorld world;
  world.declare(remote_app);
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  DaemonCaller caller(endpoint);
  CHECK(caller.ask("POST",
                   "/v1/scale-service?service=my_app&scale=up",
                   "",
                   {{"Origin", "http://page.example"}}) == "403 NOK no web page may ask for this");
  REQUIRE(turns_twice(world, endpoint));
  CHECK(world.instances() == 1);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("Only who shows a certificate of the daemon's authority is answered") {
  Certificates certificates;
  certificates.make_authority("ca");
  certificates.make_authority("stranger");
  certificates.make({});
  certificates.make({.name = "friend", .use = "clientAuth"});
  certificates.make({.name = "foe", .use = "clientAuth", .authority = "stranger"});
  DaemonProcessWorld world;
  world.declare(
      remote_app,
      fmt::format("interval: 1s\napi: {{tls: {{certificate: {}, key: {}, client_ca: {}}}}}\n",
                  certificates.file("server.pem"),
                  certificates.file("server.key"),
                  certificates.file("ca.pem")));
  RunningProgram daemon(world.run_call());
  const auto endpoint = door_of(daemon);
  REQUIRE(endpoint.starts_with("https://"));
  const auto shown_by = [&](const std::string& name) {
    TlsFiles files{.ca = certificates.file("ca.pem")};
    if (!name.empty()) {
      files.certificate = certificates.file(name + ".pem");
      files.key = certificates.file(name + ".key");
    }
    return files;
  };
  DaemonCaller caller(endpoint, shown_by("friend"));
  REQUIRE(world.comes_true(
      [&] { return holds(caller.ask("GET", "/v1/services/my_app"), R"("current":1)"); }));
  for (const auto* nobody : {"", "foe"}) {
    DaemonCaller stranger(endpoint, shown_by(nobody));
    CHECK(stranger.ask("GET", "/v1/ping") == "");
    CHECK(stranger.ask("POST", "/v1/scale-service?service=my_app&scale=up") == "");
  }
  CHECK(world.instances() == 1);
  CHECK(caller.ask("POST", "/v1/scale-service?service=my_app&scale=up&by=2") ==
        "200 OK Scaling my_app from 1 to 3 replicas (min: 1, max: 9)");
  CHECK(world.comes_to(3));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("Twenty posts of one alert at once are one step, and so is what comes after") {
  DaemonProcessWorld world;
  world.declare(remote_app);
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  DaemonCaller caller(endpoint);
  const auto results = caller.send(std::vector<HttpRequest>(20, alert_post()));
  std::size_t accepted = 0;
  for (const auto& result : results) {
    INFO(said(result));
    const bool is_first = holds(said(result), "200 OK Scaling my_app from 1 to 2 replicas");
    accepted += is_first ? 1 : 0;
    CHECK((is_first || said(result) == "200 OK my_app is being scaled up already" ||
           said(result) == "200 OK my_app: this alert has acted already"));
  }
  CHECK(accepted == 1);
  CHECK(is_settled_at(world, endpoint, 2));
  CHECK(caller.ask(alert_post()) == "200 OK my_app: this alert has acted already");
  CHECK(holds(caller.ask(alert_post("b")), "200 OK my_app: up is closed for "));
  CHECK(caller.ask(alert_post("b", "resolved")) == "200 OK my_app: the alert is resolved: ignored");
  REQUIRE(turns_twice(world, endpoint));
  CHECK(world.instances() == 2);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("While Fleet can't be reached a daemon asks to try again, and then acts once") {
  DaemonProcessWorld world;
  FleetSwitch fleet(world);
  world.declare(remote_app);
  RunningProgram daemon(world.run_call({}, {{"SCALE_FLEET_RETRIES", "0"}}));
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  DaemonCaller caller(endpoint);
  fleet.is_on = false;
  REQUIRE(world.comes_true([&] { return holds(caller.ask(alert_post()), "503 NOK"); }));
  fleet.is_on = true;
  REQUIRE(world.comes_true([&] { return ask(endpoint, "/readyz") == "ok\n"; }));
  // What came before the daemon knew was accepted, and is the same alert.
  caller.ask(alert_post());
  CHECK(is_settled_at(world, endpoint, 2));
  REQUIRE(turns_twice(world, endpoint));
  CHECK(world.instances() == 2);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("What was accepted is done once, however soon the daemon is killed and begun again") {
  const bool is_in_etcd = GENERATE(false, true);
  // Killed as soon as the answer is here, or when Fleet has done so many writes for it.
  const std::size_t writes = GENERATE(0U, 1U, 2U);
  // By a step, by a count, by an alert: each at one of those moments, in etcd at another one.
  auto alert = alert_post();
  alert.target += "?by=2";
  const std::array<HttpRequest, 3> ways{
      {{.method = "POST", .target = "/v1/scale-service?service=my_app&scale=up&by=2"},
       {.method = "PUT",
        .target = "/v1/services/my_app",
        .headers = {json_type},
        .body = R"({"count":3})"},
       alert}};
  const auto& asked = ways.at((writes + (is_in_etcd ? 1 : 0)) % ways.size());
  INFO((is_in_etcd ? "etcd" : "folder")
       << ", " << writes << " writes, " << asked.method << " " << asked.target);
  std::optional<RealEtcd> etcd;
  if (is_in_etcd) {
    etcd.emplace();
    etcd->wait_until_ready();
  }
  DaemonProcessWorld world;
  world.declare(remote_app,
                is_in_etcd ? fmt::format("interval: 1s\nstate: etcd\nevents: {{file: events}}\n"
                                         "etcd: {{endpoints: [\"{}\"]}}\n",
                                         etcd->url())
                           : "interval: 1s\n");
  std::atomic<bool> is_killed = false;  // Before the daemon, which asks Fleet as long as it lives.
  std::optional<RunningProgram> daemon(std::in_place, world.run_call());
  auto endpoint = endpoint_of(*daemon);
  REQUIRE(is_settled_at(world, endpoint, 1));
  const auto last_write = world.world.fleet.writes().size() + writes;
  const auto on_acted = [&world, &is_killed, writes, last_write, pid = daemon->pid()](std::size_t) {
    if (writes > 0 && !is_killed && world.world.fleet.writes().size() == last_write) {
      is_killed = true;
      ::kill(pid, SIGKILL);
    }
    world.wake();
  };
  world.world.fleet.watch({.on_acted = on_acted});
  const auto answer = DaemonCaller(endpoint).ask(asked);
  CHECK(holds(answer, "OK Scaling my_app from 1 to 3 replicas (min: 1, max: 9)"));
  if (writes == 0) daemon->send(SIGKILL);
  CHECK(daemon->wait().signal == SIGKILL);
  // As if the time to live of what it held had passed.
  if (is_in_etcd) EtcdAtHand(etcd->url()).remove("/scale-fleet/locks/_daemon");

  daemon.emplace(world.run_call());
  endpoint = endpoint_of(*daemon);
  CHECK(is_settled_at(world, endpoint, 3));
  REQUIRE(turns_twice(world, endpoint));
  CHECK(world.instances() == 3);
  // The same alert from the other one of a pair is known to the second daemon, too.
  if (holds(asked.body, "alerts")) {
    CHECK(DaemonCaller(endpoint).ask(asked) == "200 OK my_app: this alert has acted already");
  }
  CHECK(ended_by(SIGTERM, *daemon).exit_code == 0);
  // What was dealt with is on no shelf, and nobody finds it there again.
  daemon.emplace(world.run_call());
  endpoint = endpoint_of(*daemon);
  CHECK(is_settled_at(world, endpoint, 3));
  CHECK(ended_by(SIGTERM, *daemon).exit_code == 0);
  if (!is_in_etcd) CHECK(std::filesystem::is_empty(world.world.folder.path("state/demands")));
}

TEST_CASE("Of two daemons the one that leads is asked; the other says so, and takes what it left") {
  RealEtcd etcd;
  etcd.wait_until_ready();
  DaemonProcessWorld world;
  world.declare(remote_app,
                fmt::format("interval: 1s\nstate: etcd\nevents: {{file: events}}\n"
                            "etcd: {{endpoints: [\"{}\"]}}\n",
                            etcd.url()));
  const TemporaryFolder here;
  const TemporaryFolder there;
  RunningProgram leader(world.run_call({}, {{"SCALE_FLEET_LOCK_DIR", here.path().string()}}));
  const auto leading = endpoint_of(leader);
  REQUIRE(is_settled_at(world, leading, 1));
  RunningProgram other(world.run_call({}, {{"SCALE_FLEET_LOCK_DIR", there.path().string()}}));
  const auto standing_by = endpoint_of(other);
  REQUIRE(world.comes_true([&] { return ask(standing_by, "/readyz") == "ok, standing by\n"; }));
  DaemonCaller standby(standing_by);
  CHECK(standby.ask(alert_post()) == "503 NOK another daemon leads: ask that one");
  CHECK(standby.ask("PUT", "/v1/services/my_app", R"({"count":5})") ==
        "503 NOK another daemon leads: ask that one");
  CHECK(standby.ask("GET", "/v1/ping") == "200 ");
  CHECK(holds(DaemonCaller(leading).ask(alert_post()), "200 OK Scaling my_app from 1 to 2"));
  leader.send(SIGKILL);
  CHECK(leader.wait().signal == SIGKILL);
  EtcdAtHand(etcd.url()).remove("/scale-fleet/locks/_daemon");
  CHECK(is_settled_at(world, standing_by, 2));
  REQUIRE(turns_twice(world, standing_by));
  CHECK(standby.ask(alert_post()) == "200 OK my_app: this alert has acted already");
  CHECK(world.instances() == 2);
  CHECK(ended_by(SIGTERM, other).exit_code == 0);
}
