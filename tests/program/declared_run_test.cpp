#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

const char* const unit_text = "[Service]\nExecStart=/bin/app %i\n";

/// A folder with a file of services and the units that it names; and a Fleet.
struct DeclaredRun : ProgramWorld {
  DeclaredRun() : ProgramWorld(quick) {
    for (const auto* name : {"web@.service", "log@.service", "lb.service"})
      folder.write(name, unit_text);
    declare(
        "services:\n"
        "  web:\n"
        "    template_file: web@.service\n"
        "    min: 2\n"
        "    max: 4\n"
        "    instances: {first: 8080, step: 2}\n"
        "    attached: [{service: log, template_file: log@.service}]\n");
  }

  /// Its state, and so its events, are in the folder too.
  void declare(const std::string& text) { folder.write("services.yaml", "state: state\n" + text); }

  std::string file() const { return folder.path("services.yaml"); }

  void be_as_declared() {
    fleet.stand({{.name = "web@8080.service"},
                 {.name = "web@8082.service"},
                 {.name = "log@8080.service"},
                 {.name = "log@8082.service"}});
  }
};

}  // namespace

TEST_CASE("plan shows the drift and exits 3, apply repairs it, and then plan exits 0") {
  DeclaredRun world;
  const auto planned = world.run({"plan", world.file()});
  CHECK(planned.err == "");
  CHECK(planned.exit_code == 3);
  CHECK(planned.out ==
        "create web@8080.service: 8080 is the lowest free number\n"
        "create web@8082.service: 8082 is the lowest free number\n"
        "create log@8080.service: web@8080.service is to run with it\n"
        "create log@8082.service: web@8082.service is to run with it\n"
        "web: 0 -> 2 (planned)\n"
        "log: 0 -> 2 (planned)\n");
  CHECK(world.fleet.writes().empty());

  const auto applied = world.run({"apply", world.file(), "--quiet"});
  CHECK(applied.err == "");
  CHECK(applied.exit_code == 0);
  CHECK(world.fleet.units() ==
        std::vector<std::string>{
            "log@8080.service", "log@8082.service", "web@8080.service", "web@8082.service"});
  const auto again = world.run({"plan", world.file(), "--output", "json"});
  CHECK(again.exit_code == 0);
  CHECK(json::parse(again.out)["status"] == "unchanged");
}

TEST_CASE("A dry run of apply only reads, and exits 3 where it is asked to") {
  DeclaredRun world;
  for (const auto& [options, code] : std::vector<std::pair<std::vector<std::string>, int>>{
           {{"--dry-run"}, 0}, {{"--dry-run", "--detailed-exitcode"}, 3}}) {
    auto words = std::vector<std::string>{"apply", world.file(), "--output", "json"};
    words.insert(words.end(), options.begin(), options.end());
    const auto end = world.run(words);
    CHECK(end.exit_code == code);
    CHECK(json::parse(end.out)["status"] == "planned");
  }
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("apply writes down what it did, that nothing was to do, and why it could not") {
  DeclaredRun world;
  const auto events = [&] {
    std::vector<std::string> told;
    const auto shown = world.run({"events", "--file", world.file(), "--output", "json"});
    std::istringstream lines(shown.out);
    for (std::string line; std::getline(lines, line);) {
      const auto event = json::parse(line);
      CHECK(event["asked_by"] == "person");
      CHECK(holds(event["reason"], "scale-fleet apply "));
      told.push_back(event["event"].get<std::string>() + " " + event["service"].dump() + " " +
                     event["before"].dump() + " " + event["after"].dump() + " " +
                     event["units"].dump());
    }
    return told;
  };
  CHECK(world.run({"apply", world.file(), "--dry-run"}).exit_code == 0);
  CHECK(events().empty());
  CHECK(world.run({"apply", world.file()}).exit_code == 0);
  CHECK(world.run({"apply", world.file()}).exit_code == 0);
  world.declare(
      "services: {web: {count: 1, instances: {first: 8080, step: 2}, attached: [log]}}\n");
  CHECK(world.run({"apply", world.file()}).exit_code == 0);
  CHECK(world
            .run({"apply", world.file()},
                 {{"SCALE_FLEET_ENDPOINT", "http://127.0.0.1:1"}, {"SCALE_FLEET_RETRIES", "0"}})
            .exit_code == 1);
  CHECK(events() ==
        std::vector<std::string>{
            R"(LAUNCH "web" 0 2 ["web@8080.service","web@8082.service","log@8080.service",)"
            R"("log@8082.service"])",
            R"(NO_OP "web" 2 2 [])",
            R"(TERMINATE "web" 2 1 ["web@8082.service","log@8082.service"])",
            R"(NO_OP_ERROR "" null null [])"});
}

TEST_CASE("An apply whose state isn't a folder warns of both that it can't do, and does its work") {
  DeclaredRun world;
  world.folder.write("state", "a file where the folder should be");
  const auto end = world.run({"apply", world.file(), "--quiet"});
  CHECK(end.exit_code == 0);
  CHECK(lines_in(end.err) == 2);
  CHECK(holds(end.err, "it is not known whether a service is paused"));
  CHECK(holds(end.err, "cannot make the folder"));
  CHECK(world.fleet.units().size() == 4);
}

TEST_CASE("Units that the file doesn't name stay, whatever they are called") {
  DeclaredRun world;
  world.be_as_declared();
  world.fleet.stand({{.name = "web@8084.service"},
                     {.name = "web@8086.service"},
                     {.name = "web@8088.service"},
                     {.name = "web-admin@8080.service"},
                     {.name = "web@blue.service"},
                     {.name = "payroll-db.service"}});
  CHECK(world.run({"apply", world.file()}).exit_code == 0);
  const auto units = world.fleet.units();
  for (const auto* name : {"web-admin@8080.service", "web@blue.service", "payroll-db.service"})
    CHECK(std::ranges::find(units, name) != units.end());
  CHECK(world.fleet.writes().size() == 3);  // One web too many, and the logs of two.
}

TEST_CASE("A bad file is a usage error: every mistake is told, and nothing is asked") {
  DeclaredRun world;
  for (const auto* text : {"services: {web: {min: 5, max: 2}, x: {cuont: 1}}\n",
                           "services: {web: {count: 1, template_file: nowhere@.service}}\n",
                           "{"}) {
    INFO(text);
    world.declare(text);
    for (const auto* command : {"plan", "apply"}) {
      const auto end = world.run({command, world.file(), "--output", "json"});
      CHECK(end.exit_code == 2);
      CHECK(json::parse(end.out)["status"] == "failed");
      CHECK(end.err.find("scale-fleet: error: ") == 0);
    }
  }
  CHECK(world.run({"plan", world.folder.path("none.yaml")}).exit_code == 2);
  CHECK(world.fleet.requests().empty());
}

TEST_CASE("A Fleet that can't be read exits 1, and nothing is taken for missing") {
  ProgramWorld world({.faults = {"GET:*:*:status=400"}});
  const auto file =
      world.folder.write("services.yaml", "state: state\nservices: {web: {count: 2}}\n");
  for (const auto* command : {"plan", "apply"}) {
    const auto end = world.run({command, file.string(), "--output", "json"});
    CHECK(end.exit_code == 1);
    CHECK(json::parse(end.out)["error"].is_object());
  }
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("The file says where Fleet is, unless a flag or a variable does") {
  DeclaredRun world;
  world.be_as_declared();
  const auto with_endpoint = [&](const std::string& endpoint) {
    world.declare("fleet: {endpoint: \"" + endpoint +
                  "\"}\nservices: {web: {count: 2, instances: {first: 8080, step: 2}}}\n");
  };
  const std::string none = "http://127.0.0.1:1";
  with_endpoint(world.fleet.endpoint());
  CHECK(world.run({"plan", world.file()}, {{"SCALE_FLEET_ENDPOINT", ""}}).exit_code == 0);
  with_endpoint(none);
  CHECK(world.run({"plan", world.file()}).exit_code == 0);
  CHECK(world
            .run({"plan", world.file(), "--endpoint", world.fleet.endpoint()},
                 {{"SCALE_FLEET_ENDPOINT", none}})
            .exit_code == 0);
  with_endpoint("ftp://nowhere");
  const auto bad = world.run({"plan", world.file()}, {{"SCALE_FLEET_ENDPOINT", ""}});
  CHECK(bad.exit_code == 2);
}

TEST_CASE("A file in Dynamite's form starts its units as Dynamite does") {
  DeclaredRun world;
  // Such a file keeps its state in etcd.
  world.folder.write(
      "services.yaml",
      "Dynamite:\n"
      "  ServiceFiles: {PathList: ['" +
          world.folder.path().string() +
          "']}\n"
          "  FleetAPIEndpoint: {ip: 127.0.0.1, port: 1}\n"
          "  ETCD: {"
          "application_base_path: /services, metrics_base_path: /metrics}\n"
          "  Service:\n"
          "    lb: {name_of_unit_file: lb.service, type: loadbalancer}\n"
          "    web: {name_of_unit_file: web@.service, type: webserver, min_instance: 1, "
          "max_instance: 3, base_instance_prefix_number: 8080, ports_per_instance: 2, "
          "attached_service: [log]}\n"
          "    log: {name_of_unit_file: log@.service, type: attached_service}\n");
  const auto events = world.folder.path("events.jsonl");
  const auto end = world.run({"apply", world.file(), "--quiet", "--events", events});
  INFO(end.err);
  CHECK(holds(TemporaryFolder::read(events), "\"event\": \"LAUNCH\""));
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() == std::vector<std::string>{"PUT /fleet/v1/units/lb.service",
                                                         "PUT /fleet/v1/units/lb.service",
                                                         "PUT /fleet/v1/units/log%408080.service",
                                                         "PUT /fleet/v1/units/web%408080.service",
                                                         "PUT /fleet/v1/units/web%408080.service",
                                                         "PUT /fleet/v1/units/log%408080.service"});
}

TEST_CASE("plan and apply leave a paused service as it is, and say so") {
  DeclaredRun world;
  const auto state = world.folder.path("state");
  world.folder.write("services.yaml", "state: " + state + "\nservices:\n  my_app: {count: 2}\n");
  world.fleet.stand(my_app_with({1}));
  CHECK(world.run({"pause", "my_app", "--file", world.file()}).exit_code == 0);
  const auto planned = world.run({"plan", world.file()});
  CHECK(planned.exit_code == 0);
  CHECK(holds(planned.err, "my_app is paused by "));
  CHECK(world.run({"apply", world.file()}).exit_code == 0);
  CHECK(world.fleet.writes().empty());
  CHECK(world.run({"resume", "my_app", "--file", world.file()}).exit_code == 0);
  CHECK(world.run({"plan", world.file()}).exit_code == 3);
}
