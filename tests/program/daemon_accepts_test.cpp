// What a daemon accepts it does once, whoever asks again and whatever befalls the daemon.

#include <signal.h>

#include <array>
#include <atomic>

#include <fmt/format.h>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "program/etcd_at_hand.hpp"
#include "program/fleet_switch.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

TEST_CASE("Twenty posts of one alert at once are one step, and so is what comes after") {
  DaemonProcessWorld world;
  world.declare(remote_app);
  CalledDaemon daemon(world);
  const auto results = daemon.caller.send(std::vector<HttpRequest>(20, alert_post()));
  std::size_t accepted = 0;
  for (const auto& result : results) {
    INFO(said(result));
    const bool is_first = holds(said(result), "200 OK Scaling my_app from 1 to 2 replicas");
    accepted += is_first ? 1 : 0;
    CHECK((is_first || said(result) == "200 OK my_app is being scaled up already" ||
           said(result) == "200 OK my_app: this alert has acted already"));
  }
  // More than the first are accepted where they come before it is put down; it is one step.
  CHECK(accepted >= 1);
  CHECK(daemon.is_settled_at(2));
  CHECK(daemon.caller.ask(alert_post()) == "200 OK my_app: this alert has acted already");
  CHECK(holds(daemon.caller.ask(alert_post("b")), "200 OK my_app: up is closed for "));
  CHECK(daemon.caller.ask(alert_post("b", "resolved")) ==
        "200 OK my_app: the alert is resolved: ignored");
  REQUIRE(daemon.turns_twice());
  CHECK(world.instances() == 2);
  CHECK(ended_by(SIGTERM, daemon.program).exit_code == 0);
}

TEST_CASE("While Fleet can't be reached a daemon asks to try again, and then acts once") {
  DaemonProcessWorld world;
  FleetSwitch fleet(world);
  world.declare(remote_app);
  CalledDaemon daemon(world, {{"SCALE_FLEET_RETRIES", "0"}});
  fleet.is_on = false;
  REQUIRE(world.comes_true([&] { return holds(daemon.caller.ask(alert_post()), "503 NOK"); }));
  fleet.is_on = true;
  REQUIRE(world.comes_true([&] { return ask(daemon.endpoint, "/readyz") == "ok\n"; }));
  // What came before the daemon knew was accepted, and is the same alert.
  daemon.caller.ask(alert_post());
  CHECK(daemon.is_settled_at(2));
  REQUIRE(daemon.turns_twice());
  CHECK(world.instances() == 2);
  CHECK(ended_by(SIGTERM, daemon.program).exit_code == 0);
}

TEST_CASE("What was accepted is done once, however soon the daemon is killed and begun again") {
  // Killed as soon as the answer is here, or when Fleet has done so many writes for it.
  const std::size_t writes = GENERATE(0U, 1U, 2U);
  // Under a sanitizer a daemon takes so long to begin that half of them have to do.
  const bool is_in_etcd = sweep_stride == 1 ? GENERATE(false, true) : (writes != 1U);
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
