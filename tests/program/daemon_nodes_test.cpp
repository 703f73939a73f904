#include <csignal>

#include <nlohmann/json.hpp>

#include "program/daemon_caller.hpp"
#include "program/daemon_process.hpp"
#include "program/nodes_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

/// A daemon of six instances of my_app and of the group `workers` that they run on.
struct DaemonNodesWorld {
  DaemonNodesWorld() { world.world.fleet.stand(my_app_with(numbers_to(6))); }

  void declare(const std::string& group, const std::string& top = {}) {
    world.world.folder.write(
        "services.yaml",
        "interval: 1s\nstate: state\nlisten: 127.0.0.1:0\n" + top +
            "services:\n  my_app: {count: 6, reschedule: {min_healthy: 3}}\nnodes:\n  workers: {" +
            group + "}\n");
  }

  /// What /v1/status says of the group; null where it says nothing.
  static json group_at(const std::string& endpoint) {
    const auto told = json::parse(ask(endpoint, "/v1/status"), nullptr, false);
    if (!told.is_object() || !told.contains("nodes") || told["nodes"].empty()) return {};
    return told["nodes"][0];
  }

  bool comes_to_machines(const std::string& endpoint, std::size_t count) {
    return world.comes_true([&] {
      const auto group = group_at(endpoint);
      return group.is_object() && group["current"] == count && group["under_way"].is_null();
    });
  }

  DaemonProcessWorld world{quick_machines()};
  MachinesAtAws aws{world.world.fleet};
};

constexpr auto at_aws = "aws: {group: web}, match: ip, min: 1, max: 5, remote: true";

std::string events_of_nodes(const DaemonProcessWorld& world) {
  return run_program(world.call({"events", "--file", world.file(), "--output", "json"})).out;
}

}  // namespace

TEST_CASE("A daemon launches and ends machines that others ask for") {
  DaemonNodesWorld world;
  world.declare(at_aws);
  RunningProgram daemon(world.world.run_call({}, world.aws.environment()));
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_to_machines(endpoint, 3));
  DaemonCaller caller(endpoint);

  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=up&by=1&type=workers&backend=aws")
            .starts_with("200 OK"));
  CHECK(world.comes_to_machines(endpoint, 4));
  // New machines are filled.
  CHECK(world.world.comes_true([&] { return spread_of(world.world.world.fleet)["10.1.0.4"] > 0; }));

  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=down&by=1&type=workers").starts_with("200 OK"));
  CHECK(world.comes_to_machines(endpoint, 3));
  CHECK(world.aws.found_on_ended() == std::vector<std::string>{});
  const auto metrics = ask(endpoint, "/metrics");
  CHECK(holds(metrics, "workers"));
  const auto end = ended_by(SIGTERM, daemon);
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK_FALSE(holds(end.err, AutoScalingDouble::secret_access_key));
  CHECK(holds(events_of_nodes(world.world), "nodes/workers"));
}

TEST_CASE("An alert of Alertmanager's launches a machine, once") {
  DaemonNodesWorld world;
  world.declare(at_aws);
  RunningProgram daemon(world.world.run_call({}, world.aws.environment()));
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_to_machines(endpoint, 3));
  const auto post = [](const std::string& status) {
    auto body = json::parse(alert_post("a", status).body);
    body["groupLabels"] = {{"type", "workers"}, {"scale", "up"}};
    return HttpRequest{.method = "POST",
                       .target = "/v1/scale-nodes",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = body.dump()};
  };
  DaemonCaller caller(endpoint);
  CHECK(caller.ask(post("firing")).starts_with("200"));
  CHECK(world.comes_to_machines(endpoint, 4));
  CHECK(caller.ask(post("firing")).starts_with("200"));
  CHECK(caller.ask(post("resolved")).starts_with("200"));
  CHECK(turns_twice(world.world, endpoint));
  CHECK(world.aws.desired() == 4);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A daemon launches a machine where a metric asks for it") {
  DaemonNodesWorld world;
  world.world.world.folder.write("load", "queue 90\n");
  world.declare(
      "aws: {group: web}, match: ip, min: 1, max: 4, "
      "scale_up: [{metric: {file: queue}, above: 80, cooldown: 1s}]",
      "metrics_file: load\n");
  RunningProgram daemon(world.world.run_call({}, world.aws.environment()));
  const auto endpoint = endpoint_of(daemon);
  CHECK(world.comes_to_machines(endpoint, 4));
  CHECK(world.aws.desired() == 4);
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A launch that was decided on two machines ends none where there are five by now") {
  DaemonNodesWorld world;
  world.declare("command: ./cloud, match: ip, min: 3, max: 9");
  write_cloud(world.world.world.folder,
              "look) count=5; [[ $(grep -c look calls) != 1 ]] || count=2; echo $count\n"
              "  for ((i = 1; i <= count; i++)); do echo \"m$i 10.0.0.$i\"; done ;;\n"
              "*) exit 1 ;;\n");
  RunningProgram daemon(world.world.run_call());
  const auto endpoint = endpoint_of(daemon);
  CHECK(world.comes_to_machines(endpoint, 5));
  const auto end = ended_by(SIGTERM, daemon);
  INFO(end.err);
  CHECK(holds(end.err, "it has 5, and this was decided on 2"));
  const auto calls = calls_of_cloud(world.world.world.folder);
  CHECK_FALSE(holds(calls, "set"));
  CHECK_FALSE(holds(calls, "remove"));
  CHECK(spread_of(world.world.world.fleet).size() == 3);
}

TEST_CASE("A daemon that comes after waits for the machines that were asked for, and fills them") {
  DaemonNodesWorld world;
  world.aws.doubled.with([](AutoScalingState& state) { state.launches_at_once = false; });
  world.declare(at_aws);
  {
    RunningProgram first(world.world.run_call({}, world.aws.environment()));
    const auto endpoint = endpoint_of(first);
    REQUIRE(world.comes_to_machines(endpoint, 3));
    DaemonCaller caller(endpoint);
    CHECK(caller.ask("POST", "/v1/scale-nodes?scale=up&type=workers").starts_with("200 OK"));
    REQUIRE(world.world.comes_true([&] { return world.aws.desired() == 4; }));
    first.send(SIGKILL);
    CHECK(first.wait().signal == SIGKILL);
  }
  const auto arrive = [&] {
    world.aws.doubled.with(
        [](AutoScalingState& state) { state.launch_missing(*state.find("web")); });
  };
  const bool came_before = GENERATE(false, true);
  if (came_before) arrive();
  RunningProgram second(world.world.run_call({}, world.aws.environment()));
  const auto endpoint = endpoint_of(second);
  const auto waits = [&] {
    const auto group = DaemonNodesWorld::group_at(endpoint);
    return group.is_object() && group["under_way"].is_string() &&
           holds(group["under_way"].get<std::string>(), "waiting for 4 machines, which ");
  };
  if (!came_before) {
    REQUIRE(world.world.comes_true(waits));
    arrive();
  }
  CHECK(world.comes_to_machines(endpoint, 4));
  CHECK(world.world.comes_true([&] { return spread_of(world.world.world.fleet)["10.1.0.4"] > 0; }));
  CHECK(ended_by(SIGTERM, second).exit_code == 0);
  CHECK(world.aws.calls_of("SetDesiredCapacity") == 1);
  const auto events = events_of_nodes(world.world);
  CHECK(holds(events, R"("event": "LAUNCH", "service": "nodes/workers", "before": 3, "after": 4)"));
}

TEST_CASE("While the cloud doesn't answer whoever asks for machines is told to come again") {
  DaemonNodesWorld world;
  world.declare("command: ./cloud, match: ip, min: 1, max: 9, remote: true");
  write_cloud(world.world.world.folder,
              "look) [[ ! -e away ]] || exit 1; echo 3\n"
              "  for i in 1 2 3; do echo \"m$i 10.0.0.$i\"; done ;;\n"
              "*) exit 1 ;;\n");
  RunningProgram daemon(world.world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_to_machines(endpoint, 3));
  world.world.world.folder.write("away", "");
  DaemonCaller caller(endpoint);
  // An accepted demand is what makes it look at once.
  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=up&type=workers").starts_with("200 OK"));
  CHECK(world.world.comes_true(
      [&] { return DaemonNodesWorld::group_at(endpoint)["current"].is_null(); }));
  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=up&type=workers").starts_with("503 "));
  CHECK(ended_by(SIGTERM, daemon).exit_code == 0);
}

TEST_CASE("A daemon that is told to end while it empties a machine puts back what it took off") {
  auto place = quick_machines();
  // What is told to stop takes its time, so that the machine is being emptied for long.
  place.other_delays = std::chrono::seconds(20);
  place.time_per_request = {};
  DaemonProcessWorld world(place);
  world.world.fleet.stand(my_app_with(numbers_to(6)));
  write_cloud(world.world.folder,
              "look) echo 3; for i in 1 2 3; do echo \"m$i 10.0.0.$i\"; done ;;\n*) exit 1 ;;\n");
  world.world.folder.write(
      "services.yaml",
      "interval: 1s\nstate: state\nlisten: 127.0.0.1:0\n"
      "services:\n  my_app: {count: 6, reschedule: {min_healthy: 3}}\n"
      "nodes:\n  workers: {command: ./cloud, match: ip, min: 1, max: 5, remote: true}\n");
  RunningProgram daemon(world.run_call());
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_true([&] {
    const auto group = DaemonNodesWorld::group_at(endpoint);
    return group.is_object() && group["current"] == 3;
  }));
  DaemonCaller caller(endpoint);
  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=down&type=workers").starts_with("200 OK"));
  REQUIRE(daemon.wait_for_err("leaving its machine"));
  const auto began = std::chrono::steady_clock::now();
  const auto end = ended_by(SIGTERM, daemon);
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(end.signal == 0);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(10));
  for (const auto& unit : world.world.fleet.unit_records()) {
    INFO(unit.name);
    CHECK_FALSE(unit.name.starts_with(blocker_prefix));
    if (unit.name != "my_app@.service") CHECK(unit.desired_state == JobState::launched);
  }
}

TEST_CASE("While a machine is emptied alerts are carried out, of a moving service between moves") {
  auto place = quick_machines();
  place.start_delay = std::chrono::minutes(10);  // Of the cluster's time, which passes when we say.
  DaemonProcessWorld world(place);
  auto units = my_app_with(numbers_to(6));
  units.push_back(units.front());
  units.back().name = "web@.service";
  world.world.fleet.stand(units);
  MachinesAtAws aws(world.world.fleet);
  world.world.folder.write(
      "services.yaml",
      "interval: 1s\nstate: state\nlisten: 127.0.0.1:0\nservices:\n"
      "  my_app: {min: 6, max: 9, remote: true, reschedule: {min_healthy: 3}}\n"
      "  web: {min: 0, max: 3, remote: true}\n"
      "nodes:\n  workers: {" +
          std::string(at_aws) + "}\n");
  RunningProgram daemon(world.run_call({}, aws.environment()));
  const auto endpoint = endpoint_of(daemon);
  REQUIRE(world.comes_true([&] {
    const auto group = DaemonNodesWorld::group_at(endpoint);
    return group.is_object() && group["current"] == 3;
  }));
  DaemonCaller caller(endpoint);
  CHECK(caller.ask("POST", "/v1/scale-nodes?scale=down&type=workers").starts_with("200 OK"));
  REQUIRE(daemon.wait_for_err("leaving its machine"));

  auto for_web = alert_post("w");
  for_web.target += "?service=web";
  CHECK(caller.ask(for_web).starts_with("200 OK"));
  CHECK(world.comes_true([&] {
    const auto names = world.world.fleet.units();
    return std::ranges::find(names, "web@1.service") != names.end();
  }));
  CHECK(caller.ask(alert_post("a")).starts_with("200 OK"));
  REQUIRE(daemon.wait_for_err("waiting for my_app: "));
  CHECK(world.instances() == 6);
  CHECK(aws.desired() == 3);

  world.world.fleet.pass(std::chrono::minutes(20));
  CHECK(world.comes_to(7));
  CHECK(aws.desired() == 3);
  CHECK(world.comes_true([&] {
    world.world.fleet.pass(std::chrono::minutes(1));
    return aws.desired() == 2;
  }));
  CHECK(aws.found_on_ended() == std::vector<std::string>{});
  const auto end = ended_by(SIGTERM, daemon);
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK_FALSE(holds(events_of_nodes(world), "_ERROR"));
}
