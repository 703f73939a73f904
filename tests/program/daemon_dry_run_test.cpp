#include <signal.h>

#include <algorithm>

#include <fmt/format.h>

#include "program/daemon_process.hpp"
#include "program/etcd_at_hand.hpp"
#include "program/etcd_front.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;

namespace {

std::size_t writes_in(const std::vector<std::string>& requests) {
  return static_cast<std::size_t>(std::ranges::count_if(
      requests, [](const std::string& request) { return !request.starts_with("GET "); }));
}

}  // namespace

TEST_CASE("A dry run of a daemon sends nothing but GETs, to Fleet and to etcd") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  EtcdAtHand keys(etcd.url());
  EtcdFront front(etcd.url());
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto key = fmt::format("/metrics/web/load/{}", now.time_since_epoch().count());
  keys.put(key, "250");
  DaemonProcessWorld world;
  world.world.fleet.stand(my_app_with({1}));
  world.declare(
      "  my_app: {min: 1, max: 5, target: [{metric: {etcd: load, type: web}, per_instance: "
      "100}]}\n",
      fmt::format("interval: 1s\nstate: etcd\nevents: {{file: events.jsonl}}\n"
                  "etcd: {{endpoints: [\"{}\"], metrics: /metrics, consume: true}}\n",
                  front.url()));
  RunningProgram daemon(world.run_call({"--dry-run"}));
  CHECK(daemon.wait_for_err("my_app: 1 -> 3, because target[0]"));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
  CHECK_FALSE(front.requests().empty());
  CHECK(writes_in(front.requests()) == 0);
  CHECK_FALSE(world.world.fleet.requests().empty());
  CHECK(world.world.fleet.writes().empty());
  CHECK(keys.read(key) == "250");
  CHECK_FALSE(std::filesystem::exists(world.world.folder.path("events.jsonl")));

  // The same daemon in earnest does all of it.
  const auto once = run_program(world.run_call({"--once"}));
  INFO(once.err);
  CHECK(world.instances() == 3);
  CHECK(writes_in(front.requests()) > 0);
  CHECK(keys.read(key).empty());
  CHECK(std::filesystem::exists(world.world.folder.path("events.jsonl")));
}
