#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using nlohmann::json;

namespace {

struct Row {
  const char* title;
  std::vector<StandingUnit> units;
  std::string command;
  int before;
  std::vector<std::string> changes;  ///< `create my_app@1.service`, in their order.
  std::vector<std::string> left_alone = {};
};

StandingUnit stopped(const std::string& name) {
  return {.name = name, .desired_state = JobState::inactive};
}

StandingUnit failing(const std::string& name) {
  return {.name = name, .options = {{"Service", "ExecStart", "/bin/false"}}};
}

StandingUnit unscheduled(const std::string& name) {
  auto options = my_app_options;
  options.push_back({"X-Fleet", "MachineMetadata", "role=nobody"});
  return {.name = name, .options = options};
}

std::vector<StandingUnit> with(std::vector<StandingUnit> units,
                               const std::vector<StandingUnit>& others) {
  units.insert(units.end(), others.begin(), others.end());
  return units;
}

std::vector<std::string> changes_in(const json& service) {
  std::vector<std::string> changes;
  for (const auto& change : service["changes"]) {
    CHECK(change["result"] == "planned");
    CHECK_FALSE(change["reason"].get<std::string>().empty());
    changes.push_back(change["action"].get<std::string>() + " " +
                      change["unit"].get<std::string>());
  }
  return changes;
}

const std::vector<StandingUnit> strangers = {{.name = "my_app@01.service"},
                                             {.name = "my_app@blue.service"},
                                             {.name = "my_app_v2@1.service"},
                                             {.name = "my_app@1.timer"}};

std::vector<Row> rows() {
  return {
      {"template only",
       my_app_with({}),
       "my_app 2",
       0,
       {"create my_app@1.service", "create my_app@2.service"}},
      {"to nothing", my_app_with({}), "my_app 0", 0, {}},
      {"one", my_app_with({1}), "my_app 2", 1, {"create my_app@2.service"}},
      {"two", my_app_with({1, 2}), "my_app 2", 2, {}},
      {"nine", my_app_with(numbers_to(9)), "my_app 10", 9, {"create my_app@10.service"}},
      {"ten", my_app_with(numbers_to(10)), "my_app 9", 10, {"destroy my_app@10.service"}},
      {"eleven",
       my_app_with(numbers_to(11)),
       "my_app 9",
       11,
       {"destroy my_app@11.service", "destroy my_app@10.service"}},
      {"gaps",
       my_app_with({2, 5, 30}),
       "my_app 5",
       3,
       {"create my_app@1.service", "create my_app@3.service"}},
      {"gaps, fewer",
       my_app_with({2, 5, 30}),
       "my_app 1",
       3,
       {"destroy my_app@30.service", "destroy my_app@5.service"}},
      {"more, as typed", my_app_with({1}), "my_app +1", 1, {"create my_app@2.service"}},
      {"fewer, as typed", my_app_with({1, 2}), "my_app -1", 2, {"destroy my_app@2.service"}},
      {"strangers beside",
       with(my_app_with({2}), strangers),
       "my_app 2",
       1,
       {"create my_app@1.service"},
       {"my_app@01.service", "my_app@1.timer", "my_app@blue.service"}},
      {"stopped goes first",
       with(my_app_with({1, 3}), {stopped("my_app@2.service")}),
       "my_app 2",
       3,
       {"destroy my_app@2.service"}},
      {"stopped is launched",
       with(my_app_with({1, 3}), {stopped("my_app@2.service")}),
       "my_app 3",
       3,
       {"launch my_app@2.service"}},
      {"failed goes first",
       with(my_app_with({1, 3}), {failing("my_app@2.service")}),
       "my_app 2",
       3,
       {"destroy my_app@2.service"}},
      {"unscheduled goes first",
       with(my_app_with({1, 3}), {unscheduled("my_app@2.service")}),
       "my_app 2",
       3,
       {"destroy my_app@2.service"}},
      {"highest first",
       with(my_app_with({1, 3}), {failing("my_app@2.service")}),
       "my_app 2 --scale-down-order highest-first",
       3,
       {"destroy my_app@3.service"}},
      {"the number is a port",
       my_app_with({1, 8082}),
       "my_app 4 --first-number 8080 --number-step 2",
       2,
       {"create my_app@8080.service", "create my_app@8084.service"}},
      {"a whole page",
       my_app_with(numbers_to(100)),
       "my_app 101",
       100,
       {"create my_app@101.service"}},
      {"a page and one",
       my_app_with(numbers_to(101)),
       "my_app 100",
       101,
       {"destroy my_app@101.service"}},
      {"three pages",
       my_app_with(numbers_to(250)),
       "my_app 251",
       250,
       {"create my_app@251.service"}},
      {"at least", my_app_with({1}), "my_app 1 --min 2", 1, {"create my_app@2.service"}},
      {"at most", my_app_with({1}), "my_app 5 --max 2", 1, {"create my_app@2.service"}},
      {"without a template, fewer",
       {{.name = "my_app@1.service"}},
       "my_app 0",
       1,
       {"destroy my_app@1.service"}},
      {"a timer",
       {{.name = "my_app@.timer", .desired_state = JobState::inactive}},
       "my_app@.timer 1",
       0,
       {"create my_app@1.timer"}},
  };
}

}  // namespace

TEST_CASE("A dry run shows the right plan and changes nothing") {
  for (const auto& row : rows()) {
    ProgramWorld world;
    world.fleet.stand(row.units);
    const auto units = world.fleet.units();
    auto arguments = words(row.command + " --dry-run --output json");
    const auto end = world.run(arguments);
    INFO(row.title);
    INFO("stdout: " << end.out << "stderr: " << end.err);
    const auto document = json::parse(end.out, nullptr, false);
    REQUIRE(document.is_object());
    REQUIRE(document["services"].size() == 1);
    const auto& service = document["services"][0];
    CHECK(end.exit_code == 0);
    CHECK(changes_in(service) == row.changes);
    CHECK(service["before"] == row.before);
    CHECK(service["left_alone"] == json(row.left_alone));
    CHECK(document["status"] == (row.changes.empty() ? "unchanged" : "planned"));
    CHECK(document["error"].is_null());
    CHECK(world.fleet.writes().empty());
    CHECK(world.fleet.units() == units);

    arguments.push_back("--detailed-exitcode");
    CHECK(world.run(arguments).exit_code == (row.changes.empty() ? 0 : 3));
  }
}

TEST_CASE("A dry run in text is the plan and the count") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run(words("my_app 2 --dry-run"));
  CHECK(end.exit_code == 0);
  CHECK(end.err == "");
  CHECK(end.out ==
        "create my_app@2.service: 2 is the lowest free number\n"
        "my_app: 1 -> 2 (planned)\n");
}

TEST_CASE("In an empty cluster, and without the template, there is nothing to create from") {
  ProgramWorld world;
  const auto end = world.run(words("my_app 2 --dry-run"));
  INFO(end.err);
  CHECK(end.exit_code == 1);
  CHECK(end.out == "my_app: 0 -> 0\n");
  CHECK(lines_in(end.err) == 1);
  CHECK(holds(end.err, "my_app@.service"));
  CHECK(holds(end.err, "submit"));
  CHECK(world.fleet.writes().empty());
  CHECK(world.run(words("my_app 0")).exit_code == 0);
}

TEST_CASE("A list that can't be read to its end is an error and no plan") {
  for (const std::string fault : {"GET:/units:2:cut",
                                  "GET:/units:2-99:status=404,html",
                                  "GET:/units:>1:repeat-token",
                                  "GET:/units:1:garbage"}) {
    ProgramWorld world({.faults = {fault}});
    world.fleet.stand(my_app_with(numbers_to(250)));
    const auto end = world.run(words("my_app 0 --retries 0"));
    INFO(fault);
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == 1);
    CHECK(holds(end.err, "scale-fleet: error: "));
    CHECK(end.out == "");
    CHECK(world.fleet.writes().empty());
  }
}
