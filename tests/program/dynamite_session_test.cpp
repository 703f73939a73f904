#include <signal.h>

#include <filesystem>
#include <fstream>

#include "program/dynamite_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Lines = std::vector<std::string>;

/// The requests of a real Dynamite for one service and what is attached to it, as `METHOD path`.
Lines session_writes(const std::string& service) {
  const auto text =
      TemporaryFolder::read(std::string(SCALE_FLEET_TEST_DATA) + "/dynamite-requests.json");
  Lines writes;
  for (const auto& request : SessionJson::parse(text)) {
    const std::string path = request[1];
    if (path.find("/units/" + service) != std::string::npos)
      writes.push_back(std::string(request[0]) + " " + path);
  }
  return writes;
}

const std::string slow_answer = R"({"time_backend_response.p95": 300})";

/// The processes that a process has begun.
std::string children_of(pid_t pid) {
  std::string children;
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    children += TemporaryFolder::read(thread.path() / "children");
  return children;
}

}  // namespace

TEST_CASE("The session of a real Dynamite: the same units, ports, requests and keys") {
  // B4: one Fleet endpoint for looking and acting; the file's own, where nobody listens, yields.
  DynamiteWorld world;
  world.measure("loadbalancer/response_time", slow_answer);
  {
    RunningProgram daemon(world.run_call());
    // Two at first; their load balancer is slow, so a third one comes.
    REQUIRE(world.keys_become(world.expected()));
    auto expected = session_writes("webserver");
    CHECK(std::erase_if(expected, [](const auto& line) { return line.starts_with("DELETE"); }) ==
          3);
    CHECK(world.writes_of("webserver") == expected);
    CHECK(world.writes_of("loadbalancer") == session_writes("loadbalancer"));
    // B2: Dynamite's children outlived it and went on scaling. Here there are none.
    CHECK(children_of(daemon.pid()).empty());
    daemon.send(SIGKILL);
    CHECK(daemon.wait().signal == SIGKILL);
  }
  const auto units = world.world.fleet.units();
  const auto writes = world.world.fleet.writes();

  REQUIRE(world.end_lease());
  {
    RunningProgram daemon(world.run_call());
    CHECK(daemon.wait_for_err("(status Running): loadbalancer 1 instance, webserver 3 instances"));
    // A second look, after the first one's decisions.
    const auto looks = world.world.fleet.requests().size();
    daemon.send(SIGHUP);
    CHECK(world.comes_true([&] { return world.world.fleet.requests().size() >= looks + 2; }));
    const auto end = ended_by(SIGTERM, daemon);
    INFO(end.err);
    CHECK(end.exit_code == 0);
  }
  CHECK(world.world.fleet.writes() == writes);
  CHECK(world.world.fleet.units() == units);
  CHECK(world.stored() == world.expected());

  // From here on as if a real Dynamite had left it: its keys are all that is known.
  world.forget("/scale-fleet");
  for (const auto* number : {"8080", "8082", "8084"}) {
    const std::string uuid = std::string("uuid-") + number;
    world.put("/services/webserver/" + uuid + "/service_instance_name",
              std::string("webserver@") + number + ".service");
    const bool is_idle = std::string(number) == "8082";
    world.measure("webserver/" + uuid + "/cpu_user", is_idle ? "12" : "70");
  }
  const auto end = world.run_once();
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.writes_of("webserver") == session_writes("webserver"));
  auto keys = world.expected();
  keys.erase("/_dynamite/run/service/webserver/webserver@8082.service");
  const auto left = world.stored();
  CHECK(left.size() == keys.size());
  CHECK_FALSE(left.contains("/_dynamite/run/service/webserver/webserver@8082.service"));
  CHECK(holds(left.at("/_dynamite/run/service/webserver/fleet_service_template"),
              "[8080, 8081, 0, 0, 8084, 8085, 0, 0, 0, 0]"));
}

TEST_CASE("A mistake is found before anything is written, and the file that is corrected holds") {
  DynamiteWorld world;
  // B3: at the next start Dynamite destroys every unit of the cluster, these too.
  world.world.fleet.stand({{.name = "payroll-db.service"}, {.name = "webserver@8080.service"}});
  const auto before = world.world.fleet.units();
  // B7: Dynamite finds this when its status is Running already, and never reads the file again.
  world.write_file({{"ScalingPolicy: scale_up", "ScalingPolicy: scale_upp"}});
  const auto wrong = world.run_once();
  CHECK(wrong.exit_code == 2);
  CHECK(holds(wrong.err, "there is no ScalingPolicy 'scale_upp'; did you mean 'scale_up'?"));
  CHECK(world.stored().empty());
  CHECK(world.world.fleet.requests().empty());

  // As Dynamite would have left it.
  world.put("/_dynamite/state/application_status", "Initializing");
  world.put("/_dynamite/init/application_configuration", "{\"Dynamite\": {\"Service\": {}}}");
  world.write_file({});
  const auto corrected = world.run_once();
  INFO(corrected.err);
  CHECK(corrected.exit_code == 0);
  CHECK(holds(corrected.err, "(status Initializing): no instances"));
  const auto units = world.world.fleet.units();
  for (const auto& unit : before)
    CHECK(std::ranges::count(units, unit) == 1);
  const auto writes = world.world.fleet.writes();
  CHECK(
      std::ranges::none_of(writes, [](const auto& write) { return write.starts_with("DELETE"); }));
  const auto keys = world.stored();
  CHECK(keys.at("/_dynamite/state/application_status") == "Running");
  CHECK(keys.at("/_dynamite/init/application_configuration") ==
        world.expected().at("/_dynamite/init/application_configuration"));
  CHECK(keys.contains("/_dynamite/run/service/webserver/webserver@8082.service"));
}

TEST_CASE("A dry run of Dynamite's file leaves etcd as it is") {
  DynamiteWorld world;
  world.measure("loadbalancer/response_time", slow_answer);
  const auto end = run_program(world.run_call({"--once", "--dry-run"}));
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(holds(end.err, "webserver: 0 -> 2"));
  CHECK(world.stored().empty());
  CHECK(world.world.fleet.writes().empty());
}

TEST_CASE("Whoever pauses a service of Dynamite's file names the daemon's etcd") {
  DynamiteWorld world;
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--file", world.world.folder.path("config.yaml")});
    words.insert(words.end(), {"--etcd", world.etcd_members()});
    return world.world.run(std::move(words));
  };
  const auto paused = run({"pause", "webserver"});
  INFO(paused.err);
  CHECK(paused.exit_code == 0);
  const auto once = world.run_once();
  CHECK(world.writes_of("webserver").empty());
  CHECK(world.writes_of("loadbalancer") == session_writes("loadbalancer"));
  CHECK(run({"resume", "webserver"}).exit_code == 0);
  CHECK(world.run_once().exit_code == 0);
  CHECK(world.writes_of("webserver").size() == 12);
  const auto events = world.world.run({"events",
                                       "--file",
                                       world.world.folder.path("config.yaml"),
                                       "--events",
                                       world.world.folder.path("events.jsonl"),
                                       "--service",
                                       "webserver"});
  INFO(events.err);
  CHECK(holds(events.out, "LAUNCH webserver 0 -> 2"));
}
