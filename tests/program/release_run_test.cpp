#include <nlohmann/json.hpp>

#include "program/released_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("A new version is deployed in place, from a unit file or a unit.json") {
  ReleasedWorld world;
  world.folder.write("unit.json",
                     R"({"desiredState": "launched", "options": [)"
                     R"({"section": "Service", "name": "ExecStart", "value": "/bin/app2 %i"}]})");
  for (const auto& file : {world.folder.path("NEW"), world.folder.path("unit.json")}) {
    ReleasedWorld fresh;
    const auto end = fresh.run({"deploy", "my_app", "--from", file, "--settle", "0"});
    INFO(end.err);
    CHECK(end.exit_code == 0);
    CHECK(fresh.what_stands() == second_version_runs);
    CHECK(
        end.out.starts_with("Unit my_app.former@.service inactive\n"
                            "Unit my_app.release@.service inactive\n"
                            "Unit my_app@.service inactive\n"
                            "Unit my_app@3.service launched on 0000000"));
    CHECK(
        end.out.ends_with("Destroyed my_app@3.service\nDestroyed my_app.release@.service\n"
                          "my_app: 2 -> 2\n"));
    CHECK(lines_in(end.out) == 9);
    CHECK_FALSE(holds(end.out, "step "));
    const auto writes = fresh.fleet.writes();
    CHECK(fresh.run({"deploy", "my_app", "--from", file, "--settle", "0"}).out ==
          "my_app: 2 -> 2\n");
    CHECK(fresh.fleet.writes() == writes);
  }
}

TEST_CASE("A version takes another one's place, and only that one's, and gives it back") {
  const Names others = {"example:1.0.0-rc@1.service", "example:1.0.01@1.service"};
  for (const std::string source : {"--from NEW", "--from-service example:1.0.0"}) {
    ReleasedWorld world({{.name = "example:1.0.0@.service", .desired_state = JobState::inactive},
                         {.name = "example:1.0.0@1.service"},
                         {.name = "example:1.0.0@2.service"},
                         {.name = others[0]},
                         {.name = others[1]}});
    const auto first = world.what_stands();
    const auto end =
        world.release("deploy example:2.0.0 --replaces example:1.0.0 --settle 0 " + source);
    INFO(source << ": " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out.ends_with("example:2.0.0: 0 -> 2\nexample:1.0.0: 2 -> 0\n"));
    const auto units = world.fleet.units();
    for (const auto& unit : {others[0], others[1]})
      CHECK(std::ranges::find(units, unit) != units.end());
    for (const auto* unit : {"example:1.0.0@1.service", "example:1.0.0@2.service"})
      CHECK(std::ranges::find(units, unit) == units.end());
    const std::string command = source == "--from NEW" ? "/bin/app2 %i" : "/bin/app %i";
    const auto stands = world.what_stands();
    for (const auto* unit : {"example:2.0.0@1.service: ", "example:2.0.0@2.service: "})
      CHECK(std::ranges::find(stands, unit + command) != stands.end());

    const auto back = world.release("rollback example:2.0.0 --settle 0");
    INFO(back.err);
    CHECK(back.exit_code == 0);
    CHECK(back.out.ends_with("example:1.0.0: 0 -> 2\nexample:2.0.0: 2 -> 0\n"));
    const auto after = world.what_stands();
    for (const auto& line : first)
      CHECK(std::ranges::find(after, line) != after.end());
  }
}

TEST_CASE("A rollback goes back, and forth again; a restart and a refresh do what they say") {
  ReleasedWorld world;
  REQUIRE(world.release(deploy_new).exit_code == 0);
  CHECK(world.release("rollback my_app --settle 0").exit_code == 0);
  auto expected = first_version_runs;
  expected.insert(expected.begin(), "my_app.former@.service: /bin/app2 %i");
  CHECK(world.what_stands() == expected);
  CHECK(world.release("refresh my_app --settle 0").out == "my_app: 2 -> 2\n");
  const auto restarted = world.release("restart my_app --settle 0");
  INFO(restarted.err);
  CHECK(restarted.exit_code == 0);
  CHECK(holds(restarted.out, "Unit my_app@1.service launched on "));
  CHECK(holds(restarted.out, "Unit my_app@2.service launched on "));
  CHECK(world.what_stands() == expected);
  CHECK(world.release("rollback my_app --settle 0").exit_code == 0);
  CHECK(world.what_stands() == second_version_runs);
}

TEST_CASE("A dry run shows every step in its order with its reason, and changes nothing") {
  ReleasedWorld world;
  const auto text = world.release("deploy my_app --from NEW --dry-run");
  CHECK(text.exit_code == 0);
  CHECK(text.err == "");
  CHECK(text.out ==
        "1. create my_app.former@.service: keeps the present version, for: scale-fleet rollback "
        "my_app\n"
        "2. create my_app.release@.service: tells that a release is under way\n"
        "3. replace my_app@.service: the template gets the new text\n"
        "4. create my_app@3.service: one more for the time being, so that 2 stay healthy\n"
        "5. replace my_app@1.service: it has another text, and 2 of the others are healthy\n"
        "6. replace my_app@2.service: it has another text, and 2 of the others are healthy\n"
        "7. destroy my_app@3.service: all 2 have their text\n"
        "8. destroy my_app.release@.service: the release has ended\n"
        "my_app: 2 -> 2 (planned)\n");
  CHECK(world.release("deploy my_app --from NEW --dry-run --detailed-exitcode").exit_code == 3);

  const auto document =
      document_of(world.release("deploy my_app --from NEW --dry-run --output json"));
  CHECK(document["status"] == "planned");
  CHECK(document["error"].is_null());
  CHECK(document["release"]["result"] == "planned");
  CHECK(document["release"]["back"] == "scale-fleet rollback my_app");
  CHECK(document["release"]["onward"].get<std::string>().starts_with("scale-fleet deploy my_app"));
  REQUIRE(document["services"].size() == 1);
  const auto& service = document["services"][0];
  CHECK(service["service"] == "my_app");
  CHECK(service["desired"] == 2);
  CHECK(service["before"] == 2);
  CHECK(service["after"] == 2);
  CHECK(service["status"] == "planned");
  CHECK(service["left_alone"] == json::array());
  int step = 0;
  for (const auto& change : service["changes"]) {
    CHECK(change["step"] == ++step);
    CHECK(change["result"] == "planned");
    for (const auto* key : {"unit", "action", "reason"})
      CHECK_FALSE(change[key].get<std::string>().empty());
  }
  CHECK(step == 8);
  CHECK(world.fleet.writes().empty());

  REQUIRE(world.release(deploy_new).exit_code == 0);
  const auto same = world.release("deploy my_app --from NEW --dry-run --detailed-exitcode");
  CHECK(same.exit_code == 0);
  CHECK(same.out == "my_app: 2 -> 2\n");
}

TEST_CASE("What a release keeps is no service to scale, to copy or to release") {
  ReleasedWorld world;
  REQUIRE(world.release(deploy_new).exit_code == 0);
  const auto writes = world.fleet.writes();
  const auto end = world.release("my_app.former 3");
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "it keeps the former version of my_app"));
  const auto copied = world.release("deploy my_app --from-service my_app.former");
  CHECK(copied.exit_code == 1);
  CHECK(holds(copied.err, "scale-fleet rollback my_app goes back"));
  const auto released = world.release("deploy my_app.former --from NEW --count 1");
  CHECK(released.exit_code == 1);
  CHECK(holds(released.err, "it keeps the former version of my_app"));
  CHECK(world.fleet.writes() == writes);
  CHECK(world.release("my_app 3").exit_code == 0);
}
