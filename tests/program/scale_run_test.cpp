#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

const std::string path = "/fleet/v1/units/my_app%40";

}  // namespace

TEST_CASE("From nine to ten is exactly one PUT, and the answer is two lines") {
  ProgramWorld world;
  world.fleet.stand(my_app_with(numbers_to(9)));
  const auto end = world.run({"my_app", "10"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() == Names{"PUT " + path + "10.service"});
  CHECK(world.fleet.units().size() == 11);
  CHECK(end.out.starts_with("Unit my_app@10.service launched on 0000000"));
  CHECK(end.out.ends_with("\nmy_app: 9 -> 10\n"));
  CHECK(lines_in(end.out) == 2);
}

TEST_CASE("From ten to nine is exactly one DELETE, and the answer is two lines") {
  ProgramWorld world;
  world.fleet.stand(my_app_with(numbers_to(10)));
  const auto end = world.run({"my_app", "9"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() == Names{"DELETE " + path + "10.service"});
  CHECK(end.out == "Destroyed my_app@10.service\nmy_app: 10 -> 9\n");
}

TEST_CASE("As many requests as --parallel says go out at once, and none waits its time away") {
  ProgramWorld world({.faults = {"PUT:/units/*:*:delay=400"}});
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "250", "--parallel=250", "--request-timeout=3"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes().size() == 250);
  CHECK_FALSE(holds(end.err, "no reply in time"));
}

TEST_CASE("What is so already is left as it is") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1, 2}));
  const auto end = world.run({"my_app", "2"});
  CHECK(end.exit_code == 0);
  CHECK(end.err == "");
  CHECK(end.out == "my_app: 2 -> 2\n");
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("More and fewer work as they are typed") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  CHECK(world.run({"my_app", "+2"}).exit_code == 0);
  CHECK(world.fleet.units() ==
        Names{"my_app@.service", "my_app@1.service", "my_app@2.service", "my_app@3.service"});
  CHECK(world.run({"my_app", "-1"}).exit_code == 0);
  CHECK(world.run({"my_app", "--quiet", "-1"}).exit_code == 0);
  CHECK(world.fleet.units() == Names{"my_app@.service", "my_app@1.service"});
  const auto too_many = world.run({"--quiet", "my_app", "-5"});
  CHECK(too_many.exit_code == 0);
  CHECK(too_many.out == "Destroyed my_app@1.service\nmy_app: 1 -> 0\n");
}

TEST_CASE("Several services are scaled by one command") {
  ProgramWorld world;
  world.fleet.stand({{.name = "web@.service", .desired_state = JobState::inactive},
                     {.name = "worker@.service", .desired_state = JobState::inactive},
                     {.name = "worker@1.service"}});
  const auto end = world.run({"web=5", "worker=3"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(holds(end.out, "web: 0 -> 5\n"));
  CHECK(end.out.ends_with("worker: 1 -> 3\n"));
  CHECK(world.fleet.writes().size() == 7);
}

TEST_CASE("Where one of several wishes can't be met, none is begun") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run({"my_app=5", "worker=3"});
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "worker@.service"));
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("Four spellings name the same service") {
  for (const std::string spelling : {"my_app", "my_app@", "my_app@.service", "my_app.service"}) {
    ProgramWorld world;
    world.fleet.stand(my_app_with({1}));
    const auto end = world.run({spelling, "0"});
    INFO(spelling << end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out == "Destroyed my_app@1.service\nmy_app: 1 -> 0\n");
  }
}

TEST_CASE("A service that is named like a command is scaled with the word scale") {
  for (const std::string service : {"status", "deploy"}) {
    ProgramWorld world;
    world.fleet.stand({{.name = service + "@.service", .desired_state = JobState::inactive}});
    const auto end = world.run({"scale", service, "5"});
    INFO(end.err);
    CHECK(end.exit_code == 0);
    CHECK(world.fleet.units().size() == 6);
  }
}

TEST_CASE("A stopped instance is launched, not created anew") {
  ProgramWorld world;
  auto units = my_app_with({1});
  units.push_back({.name = "my_app@2.service", .desired_state = JobState::inactive});
  world.fleet.stand(units);
  const auto end = world.run({"my_app", "2"});
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() == Names{"PUT " + path + "2.service"});
}

TEST_CASE("Without waiting it returns when Fleet has accepted") {
  ProgramWorld world({.start_delay = 1h});
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "2", "--no-block"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(end.out ==
        "Triggered unit my_app@1.service start\nTriggered unit my_app@2.service start\n"
        "my_app: 0 -> 2\n");
}

TEST_CASE("Batch for batch each is well before the next is begun") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "4", "--batch", "2"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes().size() == 4);
  const auto requests = world.fleet.requests();
  const auto third = std::ranges::find(requests, "PUT " + path + "3.service");
  const auto second = std::ranges::find(requests, "PUT " + path + "2.service");
  CHECK(std::find(second, third, "GET /fleet/v1/state") != third);
}

TEST_CASE("A batch that doesn't get well is the last") {
  ProgramWorld world({.start_delay = 1h});
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "4", "--batch", "1", "--timeout", "0.1"});
  INFO(end.err);
  CHECK(end.exit_code == 4);
  CHECK(world.fleet.writes() == Names{"PUT " + path + "1.service"});
}

TEST_CASE("Another count than the one expected is a precondition that failed") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1, 2}));
  const auto end = world.run({"my_app", "5", "--current", "3"});
  INFO(end.err);
  CHECK(end.exit_code == 5);
  CHECK(lines_in(end.err) == 1);
  CHECK(world.fleet.writes().empty());
  CHECK(world.run({"my_app", "1", "--current", "2"}).exit_code == 0);
}

TEST_CASE("Bounds are kept, and it is said") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run({"my_app", "0", "--min", "1", "--max", "3"});
  CHECK(end.exit_code == 0);
  CHECK(holds(end.err, "limited to 1 by --min"));
  CHECK(end.out == "my_app: 1 -> 1\n");
}

TEST_CASE("A template that Fleet hasn't is submitted first") {
  ProgramWorld world;
  const auto file =
      world.folder.write("my_app@.service", "[Service]\nExecStart=/bin/app %i\n").string();
  const auto end = world.run({"my_app", "1", "--template-file", file});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.units() == Names{"my_app@.service", "my_app@1.service"});
  CHECK(end.out.starts_with("Unit my_app@.service inactive\nUnit my_app@1.service launched on "));
}

TEST_CASE("When the time for waiting is over, the laggard is named") {
  ProgramWorld world({.start_delay = 1h});
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "1", "--timeout", "0.2"});
  INFO(end.err);
  CHECK(end.exit_code == 4);
  CHECK(holds(end.err, "my_app@1.service is starting"));
  CHECK(end.out.ends_with("my_app: 0 -> 1\n"));
}

TEST_CASE("An instance that has failed when the time is over is named") {
  ProgramWorld world;
  world.fleet.stand({{.name = "bad@.service",
                      .desired_state = JobState::inactive,
                      .options = {{"Service", "ExecStart", "/bin/false"}}}});
  const auto end = world.run({"bad", "1", "--timeout", "1"});
  INFO(end.err);
  CHECK(end.exit_code == 4);
  CHECK(holds(end.err, "bad@1.service is failed (failed/failed) on "));
}

TEST_CASE("An endpoint where nobody listens is said at once") {
  const auto started = std::chrono::steady_clock::now();
  ProgramWorld world;
  const auto deserted = FleetServer().endpoint();
  for (const auto& endpoint : {deserted, "unix://" + world.folder.path("nobody.sock")}) {
    const auto end = world.run({"my_app", "1", "--endpoint", endpoint});
    INFO(end.err);
    CHECK(end.exit_code == 1);
    CHECK(end.out == "");
    CHECK(holds(end.err, "scale-fleet: error: "));
    CHECK(holds(end.err, endpoint));
  }
  CHECK(std::chrono::steady_clock::now() - started < 10s);
}

TEST_CASE("What fails in passing is repeated, and an unclear write isn't doubled") {
  for (const std::string fault : {"GET:/units:1:status=503",
                                  "PUT:*:1:reset-after",
                                  "PUT:*:1:reset",
                                  "PUT:*:1:close-after",
                                  "PUT:*:1:status=500"}) {
    ProgramWorld world({.faults = {fault}});
    world.fleet.stand(my_app_with({}));
    const auto end = world.run({"my_app", "2"});
    INFO(fault << ": " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(world.fleet.units().size() == 3);
  }
}

TEST_CASE("What Fleet refuses is shown in its own words") {
  ProgramWorld world({.faults = {"PUT:*:*:status=400,no such luck"}});
  world.fleet.stand(my_app_with({}));
  const auto end = world.run({"my_app", "1", "--output", "json"});
  INFO(end.err);
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "no such luck"));
  const auto document = nlohmann::json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  CHECK(document["status"] == "failed");
  CHECK(document["error"]["http_status"] == 400);
  CHECK(document["services"][0]["changes"][0]["result"] == "failed");
  CHECK(document["services"][0]["changes"][0]["error"]["http_status"] == 400);
}
