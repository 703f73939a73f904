#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

using Names = std::vector<std::string>;

Names keys_of(const json& object) {
  Names keys;
  for (const auto& [key, value] : object.items())
    keys.push_back(key);
  return keys;
}

json parse(const ProgramEnd& end) {
  INFO("stdout: " << end.out << "stderr: " << end.err);
  auto document = json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  return document;
}

}  // namespace

TEST_CASE("The JSON document has the promised form") {
  ProgramWorld world;
  auto units = my_app_with({1});
  units.push_back({.name = "my_app@blue.service"});
  world.fleet.stand(units);
  const auto end = world.run({"my_app", "2", "--output", "json", "--quiet"});
  CHECK(end.exit_code == 0);
  CHECK(end.err == "");
  const auto document = parse(end);
  CHECK(keys_of(document) == Names{"error", "services", "status"});
  CHECK(document["status"] == "converged");
  CHECK(document["error"].is_null());
  REQUIRE(document["services"].size() == 1);
  const auto& service = document["services"][0];
  CHECK(keys_of(service) ==
        Names{"after", "before", "changes", "desired", "left_alone", "service", "status"});
  CHECK(service["service"] == "my_app");
  CHECK(service["desired"] == 2);
  CHECK(service["before"] == 1);
  CHECK(service["after"] == 2);
  CHECK(service["status"] == "converged");
  CHECK(service["left_alone"] == json::array({"my_app@blue.service"}));
  REQUIRE(service["changes"].size() == 1);
  CHECK(service["changes"][0] == json{{"unit", "my_app@2.service"},
                                      {"action", "create"},
                                      {"reason", "2 is the lowest free number"},
                                      {"result", "done"}});
}

TEST_CASE("The status word and the exit code say how it ended") {
  struct Row {
    std::string command;
    std::string status;
    int exit_code;
    Duration start_delay = std::chrono::milliseconds(20);
    std::vector<std::string> faults = {};
  };

  for (const auto& row :
       {Row{"my_app 1", "unchanged", 0},
        Row{"my_app 2 --dry-run", "planned", 0},
        Row{"my_app 2 --dry-run --detailed-exitcode", "planned", 3},
        Row{"my_app 1 --dry-run --detailed-exitcode", "unchanged", 0},
        Row{"my_app 2 --no-block", "accepted", 0},
        Row{"my_app 2", "converged", 0},
        Row{"my_app 0", "converged", 0},
        Row{"my_app 2 --timeout 0.1", "timed_out", 4, std::chrono::hours(1)},
        Row{"my_app 2 --current 3", "precondition_failed", 5},
        Row{"nobody 2", "failed", 1},
        Row{"my_app 2", "failed", 1, {}, {"PUT:*:*:status=409,no"}},
        Row{"my_app 2 --retries 0", "failed", 1, {}, {"GET:/units:*:status=500,no"}}}) {
    ProgramWorld world({.faults = row.faults, .start_delay = row.start_delay});
    world.fleet.stand(my_app_with({1}));
    const auto end = world.run(words(row.command + " --output json"));
    INFO(row.command);
    const auto document = parse(end);
    CHECK(document["status"] == row.status);
    CHECK(end.exit_code == row.exit_code);
    CHECK(document["error"].is_null() == (row.exit_code == 0 || row.exit_code == 3));
  }
}

TEST_CASE("Status is a table, and names what isn't counted") {
  ProgramWorld world;
  auto units = my_app_with({1});
  units.push_back({.name = "my_app@2.service",
                   .desired_state = JobState::inactive,
                   .options = {{"Service", "ExecStart", "/bin/other"}}});
  units.push_back({.name = "my_app@blue.service"});
  world.fleet.stand(units);
  const auto end = world.run({"status", "my_app"});
  CHECK(end.exit_code == 0);
  CHECK(end.err == "");
  CHECK(
      end.out.starts_with("my_app: 2 instances, 1 active, 1 not as the template\n"
                          "UNIT              DESIRED   CURRENT   MACHINE               ACTIVE  "
                          "SUB      DRIFT\n"
                          "my_app@1.service  launched  launched  0000000"));
  CHECK(end.out.ends_with("my_app@blue.service is not counted: it is not a numbered instance\n"));
  CHECK(lines_in(end.out) == 5);
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("Status as JSON has the promised form") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto document = parse(world.run({"status", "--output", "json"}));
  CHECK(keys_of(document) == Names{"services"});
  REQUIRE(document["services"].size() == 1);
  const auto& service = document["services"][0];
  CHECK(service["service"] == "my_app");
  CHECK(service["template"] == json{{"exists", true}, {"global", false}});
  REQUIRE(service["instances"].size() == 1);
  auto instance = service["instances"][0];
  CHECK(instance["machine"].get<std::string>().size() == 32);
  CHECK(instance["ip"].get<std::string>().starts_with("10.0.0."));
  instance.erase("machine");
  instance.erase("ip");
  CHECK(instance == json{{"unit", "my_app@1.service"},
                         {"number", 1},
                         {"desired_state", "launched"},
                         {"current_state", "launched"},
                         {"load", "loaded"},
                         {"active", "active"},
                         {"sub", "running"},
                         {"drift", false}});
}

TEST_CASE("Status of what isn't there is said, and fails only where it was asked for by name") {
  ProgramWorld world;
  const auto all = world.run({"status"});
  CHECK(all.exit_code == 0);
  CHECK(all.out == "");
  CHECK(all.err == "Fleet has no template and no instance\n");
  const auto named = world.run({"status", "my_app"});
  CHECK(named.exit_code == 1);
  CHECK(holds(named.err, "no instance of my_app"));
}

TEST_CASE("A status that can't be looked up is an error on stderr and in the document") {
  ProgramWorld world({.faults = {"GET:*:*:status=404,html"}});
  const auto end = world.run({"status", "--output", "json"});
  CHECK(end.exit_code == 1);
  const auto document = parse(end);
  CHECK(document["services"].empty());
  CHECK(end.err == "scale-fleet: error: " + document["error"]["message"].get<std::string>() + "\n");
}

TEST_CASE("A template is submitted once; another text needs --replace") {
  ProgramWorld world;
  const auto file =
      world.folder.write("my_app@.service", "[Service]\nExecStart=/bin/app %i\n").string();
  CHECK(world.run({"submit", file, "--dry-run"}).out ==
        "Unit my_app@.service would be submitted\n");
  CHECK(world.fleet.writes().empty());
  const auto first = world.run({"submit", file});
  CHECK(first.exit_code == 0);
  CHECK(first.out == "Unit my_app@.service inactive\n");
  const auto again = world.run({"submit", file});
  CHECK(again.exit_code == 0);
  CHECK(again.out == "Unit my_app@.service is there already, with the same text\n");
  CHECK(world.fleet.writes().size() == 1);

  world.folder.write("my_app@.service", "[Service]\nExecStart=/bin/other\n");
  const auto refused = world.run({"submit", file});
  CHECK(refused.exit_code == 1);
  CHECK(refused.out == "");
  CHECK(holds(refused.err, "--replace"));
  CHECK(world.fleet.writes().size() == 1);
  const auto replaced = world.run({"submit", file, "--replace"});
  CHECK(replaced.exit_code == 0);
  CHECK(replaced.out == "Unit my_app@.service inactive\n");
}

TEST_CASE("A unit in JSON is submitted under a template's name and scaled") {
  ProgramWorld world;
  const auto file = world.folder
                        .write("unit.json", R"({
  "desiredState": "launched",
  "options": [
    {"section": "Service", "name": "ExecStartPre",
     "value": "-/bin/bash -c \"APP=`/bin/echo %p | sed 's/:/-/'`; /usr/bin/docker kill $APP-%i\""},
    {"section": "Service", "name": "ExecStart", "value": "/usr/bin/docker run coreos/%p"},
    {"section": "X-Fleet", "name": "Conflicts", "value": "%p@*.service"}
  ]
})")
                        .string();
  const auto submitted = world.run({"submit", file, "--name", "example:1.0.0@.service"});
  INFO(submitted.err);
  CHECK(submitted.exit_code == 0);
  CHECK(submitted.out == "Unit example:1.0.0@.service inactive\n");
  const auto scaled = world.run({"example:1.0.0", "3"});
  CHECK(scaled.exit_code == 0);
  CHECK(scaled.out.ends_with("example:1.0.0: 0 -> 3\n"));
  const auto document = parse(world.run({"status", "example:1.0.0", "--output", "json"}));
  for (const auto& instance : document["services"][0]["instances"])
    CHECK(instance["drift"] == false);
}

TEST_CASE("A file that is no unit is refused before Fleet is asked") {
  ProgramWorld world;
  for (const std::string text : {"", "ExecStart=/bin/x\n", "{\"options\": 5}", "{"}) {
    const auto file = world.folder.write("bad@.service", text).string();
    const auto end = world.run({"submit", file});
    INFO(text << ": " << end.err);
    CHECK(end.exit_code == 2);
    CHECK(end.out == "");
    CHECK(holds(end.err, "bad@.service"));
  }
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("Completion, version and help need no Fleet") {
  ProgramWorld world;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto end = world.run({"completion", shell});
    CHECK(end.exit_code == 0);
    CHECK(end.err == "");
    CHECK(holds(end.out, "scale-fleet"));
    CHECK(holds(end.out, "dry-run"));
  }
  const auto version = world.run({"--version"});
  CHECK(version.exit_code == 0);
  CHECK(version.out.starts_with("scale-fleet 0."));
  CHECK(lines_in(version.out) == 1);
  for (const auto& arguments : std::vector<Names>{{"--help"}, {"-h"}, {"my_app", "--help"}}) {
    const auto help = world.run(arguments);
    CHECK(help.exit_code == 0);
    CHECK(help.err == "");
    CHECK(holds(help.out, "--dry-run"));
  }
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("Completion asks Fleet for the services, and is silent where there is none") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  CHECK(world.run({"completion", "services"}).out == "my_app\n");
  const auto deserted = FleetServer().endpoint();
  const auto end = world.run({"completion", "services"}, {{"SCALE_FLEET_ENDPOINT", deserted}});
  CHECK(end.exit_code == 0);
  CHECK(end.out == "");
  CHECK(end.err == "");
}
