#include <signal.h>

#include <atomic>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "program/daemon_process.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// Where one daemon meets the cluster, and how often it wrote there.
struct Door {
  explicit Door(DaemonProcessWorld& cluster)
      : server(cluster.world.fleet.second_door([this, &cluster](const HttpRequest& request) {
          if (request.method != "GET") ++writes;
          cluster.wake();
        })) {}

  std::atomic<int> writes = 0;
  std::unique_ptr<HttpServer> server;
};

/// Daemons of different machines, with nothing in common but Fleet and etcd.
struct LeaderWorld {
  LeaderWorld() {
    etcd.wait_until_ready();
    load("200");
    cluster.declare(
        "  my_app:\n"
        "    min: 1\n"
        "    max: 6\n"
        "    target: [{metric: {file: load}, per_instance: 100, cooldown: {up: 1h}}]\n",
        fmt::format("interval: 1s\nmetrics_file: load\nstate: etcd\nevents: {{file: events}}\n"
                    "etcd: {{endpoints: [\"{}\"]}}\n",
                    etcd.url()));
  }

  ProgramCall call(const Door& door, const TemporaryFolder& machine) const {
    return cluster.run_call({},
                            {{"SCALE_FLEET_ENDPOINT", door.server->endpoint()},
                             {"SCALE_FLEET_LOCK_DIR", machine.path().string()}});
  }

  void load(const std::string& value) {
    const auto& folder = cluster.world.folder;
    folder.write("load.new", "load " + value + "\n");
    std::filesystem::rename(folder.path("load.new"), folder.path("load"));
  }

  /// As if the time to live of what a dead leader left had passed, but for its last second.
  void age_lease() const {
    const SignalStopRequest signals;
    const SystemClock clock(signals);
    const auto client = make_curl_http_client({.endpoint = *Endpoint::parse(etcd.url())}, clock);
    (*client)->start(1,
                     {.method = "PUT",
                      .target = "/v2/keys/scale-fleet/locks/_daemon",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                      .body = "refresh=true&prevExist=true&ttl=1"});
    const auto ended = (*client)->wait(clock.now() + 10s);
    REQUIRE(ended.size() == 1);
    REQUIRE(ended[0].result);
    REQUIRE(ended[0].result->status == 200);
  }

  json status(const std::string& endpoint) const {
    return json::parse(ask(endpoint, "/v1/status"), nullptr, false);
  }

  DaemonProcessWorld cluster;
  RealEtcd etcd;
  TemporaryFolder here;
  TemporaryFolder there;
};

const std::string leads = "leading: this daemon keeps the services now";

}  // namespace

TEST_CASE("Of two daemons one acts; the other takes over with its cool-downs when it is killed") {
  LeaderWorld world;
  Door first_door(world.cluster);
  Door second_door(world.cluster);
  RunningProgram first(world.call(first_door, world.here));
  REQUIRE(first.wait_for_err(leads));
  const auto first_endpoint = endpoint_of(first);
  RunningProgram second(world.call(second_door, world.there));
  const auto second_endpoint = endpoint_of(second);
  REQUIRE(second.wait_for_err(fmt::format("standing by: pid {} ", first.pid())));
  REQUIRE(first.wait_for_err("my_app@2.service"));
  // Until the action's end has been taken, and with it the cool-down.
  REQUIRE(world.cluster.comes_true(
      [&] { return world.status(first_endpoint)["services"][0]["cooldown_up"].is_object(); }));
  CHECK(ask(second_endpoint, "/readyz") == "ok, standing by\n");
  CHECK(world.status(second_endpoint)["daemon"]["leader"] == false);

  first.send(SIGKILL);
  CHECK(first.wait().signal == SIGKILL);
  world.load("600");
  world.age_lease();
  REQUIRE(second.wait_for_err(leads));
  // One that keeps the cool-down does nothing for the load, and yet something for the bounds.
  world.cluster.declare(
      "  my_app: {min: 3, max: 6, target: [{metric: {file: load}, "
      "per_instance: 100, cooldown: {up: 1h}}]}\n",
      fmt::format("interval: 1s\nmetrics_file: load\nstate: etcd\n"
                  "events: {{file: events}}\netcd: {{endpoints: [\"{}\"]}}\n",
                  world.etcd.url()));
  CHECK(second_door.writes == 0);
  second.send(SIGHUP);
  REQUIRE(second.wait_for_err("my_app@3.service"));
  const auto status = world.status(second_endpoint);
  CHECK(status["daemon"]["leader"] == true);
  CHECK(status["services"][0]["cooldown_up"]["because"].is_string());
  CHECK(status["services"][0]["wanted"] == 3);

  RunningProgram third(world.call(first_door, world.here));
  REQUIRE(third.wait_for_err(fmt::format("standing by: pid {} ", second.pid())));
  const auto writes_before = first_door.writes.load();
  const auto since = std::chrono::steady_clock::now();
  second.send(SIGTERM);
  CHECK(second.wait().exit_code == 0);
  REQUIRE(third.wait_for_err(leads));
  CHECK(std::chrono::steady_clock::now() - since < 5s);  // A lease lives 30 s.
  CHECK(first_door.writes == writes_before);
  CHECK(ended_by(SIGTERM, third).exit_code == 0);
}
