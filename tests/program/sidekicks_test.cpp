#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Names = std::vector<std::string>;

const std::string main_path = "/fleet/v1/units/my_app%40";
const std::string logger_path = "/fleet/v1/units/my_app_logger%40";

/// my_app, and a logger that must be on the machine of its instance.
std::vector<StandingUnit> app_and_logger(const std::vector<int>& numbers) {
  auto units = my_app_with(numbers);
  const UnitOptions options{{"Service", "ExecStart", "/bin/log %i"},
                            {"X-Fleet", "MachineOf", "my_app@%i.service"}};
  units.push_back(
      {.name = "my_app_logger@.service", .desired_state = JobState::inactive, .options = options});
  for (const auto number : numbers) {
    units.push_back(
        {.name = "my_app_logger@" + std::to_string(number) + ".service", .options = options});
  }
  return units;
}

std::size_t lock_files_in(const TemporaryFolder& folder) {
  const std::filesystem::directory_iterator entries(folder.path());
  return static_cast<std::size_t>(std::count_if(
      begin(entries), end(entries), [](const std::filesystem::directory_entry& entry) {
        return entry.path().extension() == ".lock";
      }));
}

}  // namespace

TEST_CASE("A named sidekick comes after its main instance, on the same machine") {
  ProgramWorld world;
  world.fleet.stand(app_and_logger({1}));
  const auto end = world.run({"my_app", "2", "--with", "my_app_logger"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() ==
        Names{"PUT " + main_path + "2.service", "PUT " + logger_path + "2.service"});
  const auto units = world.fleet.unit_records();
  const auto machine_of = [&](const std::string& name) {
    return std::ranges::find(units, name, &Unit::name)->machine_id;
  };
  CHECK_FALSE(machine_of("my_app@2.service").empty());
  CHECK(machine_of("my_app@2.service") == machine_of("my_app_logger@2.service"));
  CHECK(end.out.starts_with("Unit my_app@2.service launched on "));
  CHECK(holds(end.out, "\nUnit my_app_logger@2.service launched on "));
  CHECK(end.out.ends_with("\nmy_app: 1 -> 2\nmy_app_logger: 1 -> 2\n"));
  CHECK(lock_files_in(world.folder) == 2);
}

TEST_CASE("A sidekick that is found goes before its main instance, and is locked too") {
  ProgramWorld world;
  world.fleet.stand(app_and_logger({1, 2}));
  const auto end = world.run({"my_app", "1", "--with", "auto"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.writes() ==
        Names{"DELETE " + logger_path + "2.service", "DELETE " + main_path + "2.service"});
  CHECK(end.err.starts_with("my_app: found sidekicks: my_app_logger\n"));
  CHECK(end.out ==
        "Destroyed my_app_logger@2.service\nDestroyed my_app@2.service\n"
        "my_app: 2 -> 1\nmy_app_logger: 2 -> 1\n");
  CHECK(lock_files_in(world.folder) == 2);
}

TEST_CASE("Where there are no sidekicks to be found, that is told and is no error") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  const auto end = world.run({"my_app", "1", "--with", "auto"});
  CHECK(end.exit_code == 0);
  CHECK(holds(end.err, "my_app: found no sidekicks"));
  CHECK(end.out == "my_app: 1 -> 1\n");
}

TEST_CASE("Each sidekick is a service of its own in the document") {
  ProgramWorld world;
  world.fleet.stand(app_and_logger({1}));
  const auto end =
      world.run({"my_app", "2", "--with", "my_app_logger", "--dry-run", "--output", "json"});
  INFO(end.err);
  CHECK(end.exit_code == 0);
  const auto document = nlohmann::json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  REQUIRE(document["services"].size() == 2);
  CHECK(document["services"][1] ==
        nlohmann::json({{"service", "my_app_logger"},
                        {"desired", 2},
                        {"before", 1},
                        {"after", 1},
                        {"status", "planned"},
                        {"changes",
                         {{{"unit", "my_app_logger@2.service"},
                           {"action", "create"},
                           {"reason", "my_app@2.service is to run with it"},
                           {"result", "planned"}}}},
                        {"left_alone", nlohmann::json::array()}}));
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("A sidekick that can't be had changes nothing") {
  struct Row {
    Names words;
    int exit_code;
    const char* error;
  };

  for (const auto& row : std::vector<Row>{
           {{"my_app", "3", "--with", "my_app"}, 2, "can't be its own sidekick"},
           {{"my_app", "3", "--with", "nobody"}, 1, "nobody@.service"},
           {{"my_app=3", "my_app_logger=1", "--with", "auto"}, 2, "is asked for a count"}}) {
    ProgramWorld world;
    world.fleet.stand(app_and_logger({1}));
    const auto end = world.run(row.words);
    INFO(end.err);
    CHECK(end.exit_code == row.exit_code);
    CHECK(holds(end.err, row.error));
    CHECK(world.fleet.writes().empty());
  }
}
