#include <signal.h>

#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "program/daemon_process.hpp"
#include "program/etcd_at_hand.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

/// A daemon in a world where a file says what the load is, and people what they wish.
struct WishWorld {
  explicit WishWorld(const std::string& state) {
    etcd.wait_until_ready();
    load(200);
    cluster.declare(
        "  my_app:\n"
        "    min: 1\n"
        "    max: 5\n"
        "    manual_cooldown: 1h\n"
        "    target: [{metric: {file: load}, per_instance: 100}]\n",
        fmt::format("interval: 1s\nmetrics_file: load\nstate: {}\n"
                    "events: {{file: events.jsonl}}\netcd: {{endpoints: [\"{}\"]}}\n",
                    state,
                    etcd.url()));
  }

  void load(int value) {
    const auto& folder = cluster.world.folder;
    folder.write("load.new", fmt::format("load {}\n", value));
    std::filesystem::rename(folder.path("load.new"), folder.path("load"));
  }

  /// What the command line answers to one who names the file.
  std::string by_hand(std::vector<std::string> words) {
    words.insert(words.end(), {"--file", cluster.file()});
    const auto end = cluster.world.run(words);
    INFO(end.err);
    CHECK(end.exit_code == 0);
    return end.out;
  }

  /// Whether `explain` comes to say it.
  bool is_explained(const std::string& endpoint, const std::string& words) {
    return cluster.comes_true([&] {
      return holds(cluster.world.run({"explain", "my_app", "--daemon", endpoint}).out, words);
    });
  }

  DaemonProcessWorld cluster;
  RealEtcd etcd;
};

}  // namespace

TEST_CASE("Wishes beside a daemon with its state in etcd are heard there too") {
  WishWorld world("etcd");
  auto& cluster = world.cluster;
  EtcdAtHand keys(world.etcd.url());
  RunningProgram daemon(cluster.run_call());
  REQUIRE(cluster.comes_to(2));
  keys.put("/scale-fleet/desired/my_app", "4");
  CHECK(cluster.comes_to(4));
  world.by_hand({"pause", "my_app"});
  CHECK(holds(keys.read("/scale-fleet/pauses/my_app"), "\"down_only\": false"));
  keys.remove("/scale-fleet/desired/my_app");
  CHECK(world.is_explained(endpoint_of(daemon), "but paused: 4 -> 2 waits"));
  world.by_hand({"resume", "my_app"});
  CHECK(cluster.comes_to(2));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("Wishes beside a running daemon move the count, or hold it, and are told of") {
  WishWorld world("state");
  auto& cluster = world.cluster;
  EtcdAtHand keys(world.etcd.url());
  RunningProgram daemon(cluster.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(cluster.comes_to(2));

  // A key goes before the rules, and not beyond the bounds.
  keys.put("/scale-fleet/desired/my_app", "4");
  CHECK(cluster.comes_to(4));
  keys.put("/scale-fleet/desired/my_app", "9");
  CHECK(cluster.comes_to(5));
  CHECK(world.is_explained(endpoint, "somebody's key asks for 9"));
  keys.put("/scale-fleet/desired/my_app", "many");
  CHECK(world.is_explained(endpoint, "desired count of my_app"));
  CHECK(cluster.instances() == 5);

  // Without it the load counts again, but nothing is taken away while somebody said so.
  world.by_hand({"pause", "my_app", "--down-only"});
  CHECK(world.is_explained(endpoint, "paused, downward only, until it is resumed"));
  keys.remove("/scale-fleet/desired/my_app");
  CHECK(world.is_explained(endpoint, "but paused: 5 -> 2 waits"));
  CHECK(cluster.instances() == 5);
  CHECK(holds(world.by_hand({"resume", "my_app"}), "my_app is resumed"));
  CHECK(cluster.comes_to(2));

  // By hand it may be any count within the bounds: a cool-down keeps it so.
  CHECK(cluster.world.run({"my_app", "4"}).exit_code == 0);
  CHECK(world.is_explained(endpoint, "no rule scales it down for another"));
  world.load(250);
  CHECK(world.is_explained(endpoint, "because target[0]: file load is 250"));
  CHECK(cluster.instances() == 4);

  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
  const auto events = world.by_hand({"events", "--service", "my_app"});
  for (const auto* told :
       {" LAUNCH my_app 1 -> 2: target[0]: ",
        " LAUNCH my_app 2 -> 4: desired: the key says 4",
        " LAUNCH my_app 4 -> 5: desired: the key says 9 (asked for 9, limited to 5 by max)",
        " TERMINATE my_app 5 -> 2: target[0]: ",
        " LAUNCH my_app 2 -> 4: somebody else changed it"}) {
    INFO(events);
    CHECK(holds(events, told));
  }
}

TEST_CASE("A daemon can be asked and held back while its file has mistakes") {
  WishWorld world("state");
  auto& cluster = world.cluster;
  RunningProgram daemon(cluster.run_call());
  REQUIRE(cluster.comes_to(2));
  std::ofstream(cluster.file(), std::ios::app) << "  other: {cuont: 3}\n";

  const auto paused = cluster.world.run({"pause", "my_app", "--file", cluster.file()});
  CHECK(paused.exit_code == 0);
  CHECK(holds(paused.out, "my_app is paused until it is resumed"));
  CHECK(holds(paused.err, "did you mean 'count'?"));
  CHECK(holds(paused.err, "a daemon keeps what the file said before these mistakes"));
  CHECK(holds(world.by_hand({"events", "--service", "my_app"}), "LAUNCH"));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}
