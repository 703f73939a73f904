#include <signal.h>

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "program/daemon_process.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("A daemon brings a declared count about, repairs it, and ends when it is told to") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 3}\n");
  RunningProgram daemon(world.run_call());
  CHECK(world.comes_to(3));
  const auto by_hand = world.world.run({"my_app", "1"});
  CHECK(by_hand.exit_code == 0);
  CHECK(world.comes_to(3));
  // B2: Dynamite never stops, and with a part dead it goes on as if nothing were.
  daemon.send(SIGTERM);
  const auto end = daemon.wait();
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(end.out.empty());
  CHECK(world.instances() == 3);
}

TEST_CASE("A daemon looks at the Fleet that it acts on") {
  // B4: one part of Dynamite asks the Fleet of the command line, another one that of the file.
  struct Row {
    bool is_in_file;
    bool is_in_environment;
  };

  for (const auto& row : {Row{true, false}, Row{false, true}, Row{true, true}}) {
    INFO(row.is_in_file << row.is_in_environment);
    DaemonProcessWorld world;
    const auto there = world.world.fleet.endpoint();
    const std::string nowhere = "http://127.0.0.1:1";
    world.declare("  my_app: {count: 2}\n",
                  "fleet: {endpoint: \"" + (row.is_in_file ? there : nowhere) + "\"}\n");
    const auto end = run_program(
        world.run_call({"--once"}, {{"SCALE_FLEET_ENDPOINT", row.is_in_environment ? there : ""}}));
    INFO(end.err);
    CHECK(end.exit_code == 0);
    CHECK(world.instances() == 2);
  }
}

TEST_CASE("A daemon follows a file of metrics up and down") {
  DaemonProcessWorld world;
  const auto load = [&](const std::string& value) {
    world.world.folder.write("load.new", "queue " + value + "\n");
    std::filesystem::rename(world.world.folder.path("load.new"), world.world.folder.path("load"));
  };
  world.declare(
      "  my_app: {min: 1, max: 6, target: [{metric: {file: queue}, per_instance: 100}]}\n",
      "interval: 1s\nmetrics_file: load\n");
  load("10");
  RunningProgram daemon(world.run_call());
  CHECK(world.comes_to(1));
  load("350");
  CHECK(world.comes_to(4));
  load("9999");
  CHECK(world.comes_to(6));
  load("120");
  CHECK(world.comes_to(2));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A daemon that is told to read its file again does so, and keeps the last good one") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 1}\n");
  RunningProgram daemon(world.run_call());
  CHECK(world.comes_to(1));
  world.declare("  my_app: {count: 2}\n");
  daemon.send(SIGHUP);
  CHECK(world.comes_to(2));
  world.declare("  my_app: {count: many}\n");
  daemon.send(SIGHUP);
  CHECK(daemon.wait_for_err("services.my_app.count"));
  world.declare("  my_app: {count: 3}\n");
  daemon.send(SIGHUP);
  CHECK(world.comes_to(3));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A dry run reads, and changes nothing: not Fleet, not a file") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 2}\n");
  RunningProgram daemon(world.run_call({"--dry-run"}));
  CHECK(daemon.wait_for_err("my_app: 0 -> 2"));
  CHECK(ended_by(SIGINT, daemon).exit_code == 0);
  CHECK(world.world.fleet.writes().empty());
  CHECK_FALSE(std::filesystem::exists(world.world.folder.path("state")));
}

TEST_CASE("A daemon that runs once says by its exit code whether all is as declared") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 2}\n");
  const auto once = run_program(world.run_call({"--once"}));
  INFO(once.err);
  CHECK(once.exit_code == 0);
  CHECK(world.instances() == 2);
  world.declare("  my_app: {count: 1}\n  no_such: {count: 1}\n");
  const auto half = run_program(world.run_call({"--once"}));
  CHECK(half.exit_code == 1);
  CHECK(holds(half.err, "Fleet has no template no_such@.service"));
  CHECK(world.instances() == 1);
}

TEST_CASE("One daemon at a time keeps a folder of state") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 1}\n");
  RunningProgram first(world.run_call());
  CHECK(world.comes_to(1));
  const auto second = run_program(world.run_call());
  CHECK(second.exit_code == 5);
  CHECK(holds(second.err, "held by pid " + std::to_string(first.pid())));
  CHECK(ended_by(SIGTERM, first).exit_code == 0);
}

TEST_CASE("Whoever looks in sees how the daemon and its services fare") {
  DaemonProcessWorld world;
  world.declare("  my_app: {count: 2}\n");
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_to(2));
  CHECK(world.comes_true([&] { return ask(endpoint, "/readyz") == "ok\n"; }));
  CHECK(ask(endpoint, "/healthz") == "ok\n");
  CHECK(world.comes_true([&] {
    const auto status = json::parse(ask(endpoint, "/v1/status"), nullptr, false);
    return status.is_object() && status["services"][0]["well"] == 2;
  }));
  CHECK(holds(ask(endpoint, "/metrics"), "scale_fleet_instances{service=\"my_app\"} 2\n"));
  const auto explained = world.world.run({"explain", "my_app", "--daemon", endpoint.substr(7)});
  INFO(explained.out << explained.err);
  CHECK(explained.exit_code == 0);
  CHECK(explained.out.starts_with("my_app: 2 there, 2 well, 2 wanted (min 2, max 2)\n"));
  CHECK(world.world.run({"explain", "other", "--daemon", endpoint.substr(7)}).exit_code == 1);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A bad file starts no daemon, and sends nothing") {
  DaemonProcessWorld world;
  world.declare("  my_app: {min: 5, max: 2}\n  other: {cuont: 1}\n");
  const auto end = run_program(world.run_call());
  CHECK(end.exit_code == 2);
  CHECK(holds(end.err, "services.my_app"));
  CHECK(holds(end.err, "did you mean 'count'?"));
  CHECK(world.world.fleet.requests().empty());
}
