#include <signal.h>

#include <atomic>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "program/daemon_process.hpp"
#include "program/etcd_at_hand.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"
#include "support/real_prometheus.hpp"
#include "support/serve.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A program that shows how long its queue is, for a Prometheus that collects it.
struct Queue {
  std::atomic<int> length = 350;
  Answers collections = {};
  std::unique_ptr<HttpServer> exporter = serve([this](const HttpRequest&) {
    collections.wake();
    HttpReply reply;
    reply.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    reply.response.body = fmt::format("queue {}\n", length.load());
    return reply;
  });
};

std::string uuid_of(int instance) {
  return fmt::format("uuid-{}", instance);
}

/// As an application's instance does when it starts: says which unit it is.
void enrol(EtcdAtHand& etcd, int instance) {
  etcd.put("/services/web/" + uuid_of(instance) + "/service_instance_name",
           fmt::format("my_app@{}", instance));
}

/// And then now and again: how it fares.
void tell_load(EtcdAtHand& etcd, int instance, int load) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  etcd.put(fmt::format("/metrics/web/{}/cpu/{:.3f}", uuid_of(instance), now.count()),
           fmt::format("{}", load));
}

}  // namespace

TEST_CASE("A real Prometheus and a real etcd drive a service up and down; without them it stays") {
  Queue queue;
  RealPrometheus prometheus{{queue.exporter->endpoint()}};
  std::optional<RealEtcd> etcd{std::in_place};
  prometheus.wait_until_ready();
  etcd->wait_until_ready();
  EtcdAtHand keys(etcd->url());
  REQUIRE(queue.collections.bring_about(
      [&] { return holds(ask(prometheus.url(), "/api/v1/query?query=queue"), "350"); }));
  for (const int instance : {1, 2, 3, 4})
    enrol(keys, instance);
  DaemonProcessWorld world;
  world.declare(
      "  my_app:\n"
      "    min: 1\n"
      "    max: 6\n"
      "    target:\n"
      "      - metric: {prometheus: queue}\n"
      "        per_instance: 100\n"
      "        staleness: 2s\n"
      "        without_data: {count: 5, after: 3}\n"
      "    scale_down: [{metric: {etcd: cpu, type: web, per: instance}, below: 10}]\n",
      fmt::format("interval: 1s\nstate: etcd\nevents: {{file: events.jsonl}}\n"
                  "etcd: {{endpoints: [\"{}\"], metrics: /metrics, registry: /services}}\n"
                  "prometheus: {{url: \"{}\"}}\n",
                  etcd->url(),
                  prometheus.url()));
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  // Before its first turn a daemon has no status.
  const auto status = [&] {
    const auto told = json::parse(ask(endpoint, "/v1/status"), nullptr, false);
    return told.is_object() ? told : json{{"services", json::array({json::object()})}};
  };
  REQUIRE(world.comes_true([&] { return status()["services"][0]["well"] == 4; }));

  // What an instance said before it was well doesn't count, so it is told now. The queue wants
  // fewer; nobody says who is idle, until one does.
  queue.length = 250;
  for (const int instance : {1, 3, 4})
    tell_load(keys, instance, 60);
  tell_load(keys, 2, 3);
  REQUIRE(world.comes_to(3));
  CHECK(world.instance_names() ==
        std::vector<std::string>{"my_app@1.service", "my_app@3.service", "my_app@4.service"});

  prometheus.stop();
  CHECK(world.comes_to(5));
  CHECK(world.comes_true([&] {
    return holds(status()["services"][0]["decisions"].back()["reasons"].dump(),
                 "no fresh value of prometheus queue");
  }));

  etcd.reset();
  CHECK(world.comes_true(
      [&] { return holds(status()["daemon"]["trouble"].dump(), "/v2/keys/scale-fleet/pauses"); }));
  CHECK(world.instances() == 5);

  daemon.send(SIGTERM);
  const auto end = daemon.wait();
  INFO(end.err);
  CHECK(end.exit_code == 0);
  const auto events = world.world.run({"events", "--file", world.file()});
  CHECK(holds(events.out, " LAUNCH my_app 1 -> 4: target[0]: "));
  CHECK(holds(events.out, "350"));
  CHECK(holds(events.out, " TERMINATE my_app 4 -> 3: "));
  CHECK(holds(events.out, "my_app@2.service is 3 (below 10)"));
  CHECK(holds(events.out, "it falls back to 5"));
}
