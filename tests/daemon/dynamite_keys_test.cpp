#include "scale_fleet/daemon/dynamite_keys.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/dynamite_session.hpp"
#include "support/holds.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

const std::string webserver_folder = "/_dynamite/run/service/webserver/";
const std::string webserver_template = webserver_folder + "fleet_service_template";

std::vector<Unit> launched(const std::vector<std::string>& names) {
  std::vector<Unit> units;
  for (const auto& name : names)
    units.push_back({.name = name, .options = {}, .desired_state = JobState::launched});
  return units;
}

DynamiteInstance instance_with(const std::string& name, const std::vector<std::string>& attached) {
  DynamiteInstance instance{.unit = {.name = name, .state = "launched"}, .attached = {}};
  for (const auto& unit : attached)
    instance.attached.push_back({.name = unit, .state = "launched"});
  return instance;
}

/// An instance of the session's webserver and what is attached to it.
DynamiteInstance webserver(int number) {
  return instance_with(fmt::format("webserver@{}.service", number),
                       {fmt::format("webserver_announcer@{}.service", number),
                        fmt::format("webserver_logger@{}.service", number)});
}

DynamiteApplication session_application() {
  return {.status = "Running",
          .configuration = session_configuration(),
          .services = {{.name = "loadbalancer",
                        .instances = {instance_with("loadbalancer.service", {})},
                        .used_ports = {}},
                       {.name = "webserver",
                        .instances = {webserver(8080), webserver(8082), webserver(8084)},
                        .used_ports = {8080, 8081, 8082, 8083, 8084, 8085}}},
          .problems = {}};
}

}  // namespace

TEST_CASE("the keys of a real session are written as Dynamite wrote them, byte for byte") {
  auto units = launched(session_units());
  for (const auto& other : launched({"webserver@.service",
                                     "webserver@blue.service",
                                     "webserver@08080.service",
                                     "webserver@8080.timer",
                                     "webserver_v2@8080.service",
                                     "webserver_logger@8090.service",
                                     "payroll-db.service"}))
    units.push_back(other);
  std::ranges::reverse(units);
  const auto keys = dynamite_keys(session_configuration(), session_files(), units);
  REQUIRE(keys);
  CHECK(keys->size() == 8);
  for (const auto& [key, value] : session_keys()) {
    CAPTURE(key);
    REQUIRE(keys->contains(key));
    CHECK(keys->at(key) == value);
  }
  CHECK(*keys == session_keys());
}

TEST_CASE("the keys of a real session are read") {
  CHECK(read_dynamite_keys(session_keys()) == session_application());
}

TEST_CASE("text beyond ASCII is escaped as Python does it") {
  auto files = session_files();
  files["loadbalancer.service"].options = {
      {.section = "Unit", .name = "Description", .value = "Lüfter \xf0\x9f\x98\x80 \x7f\t/\"\\"}};
  const auto keys = dynamite_keys(session_configuration(), files, {});
  REQUIRE(keys);
  // json.dumps("Lüfter 😀 \x7f\t/\"\\") of Python 3.11.
  CHECK(holds(keys->at("/_dynamite/run/service/loadbalancer/fleet_service_template"),
              R"("value": "L\u00fcfter \ud83d\ude00 \u007f\t/\"\\"})"));
}

TEST_CASE("only what changed is written, and what is gone is removed") {
  const auto files = session_files();
  auto names = session_units();
  std::erase_if(names, [](const std::string& name) { return holds(name, "@8082."); });
  const auto later = dynamite_keys(session_configuration(), files, launched(names));
  REQUIRE(later);
  const auto changes = key_changes(session_keys(), *later);
  CHECK(changes.remove == std::vector<std::string>{webserver_folder + "webserver@8082.service"});
  REQUIRE(changes.put.size() == 1);
  CHECK(holds(changes.put.at(webserver_template),
              "\"used_port_numbers\": [8080, 8081, 0, 0, 8084, 8085, 0, 0, 0, 0]"));
  CHECK(key_changes(*later, *later) == KeyChanges{});
  CHECK(key_changes({}, *later) == KeyChanges{.put = *later, .remove = {}});
  CHECK(key_changes(*later, {}).remove.size() == later->size());
}

TEST_CASE("an attached unit that isn't there is in no key") {
  const auto keys =
      dynamite_keys(session_configuration(),
                    session_files(),
                    launched({"webserver@8080.service", "webserver_logger@8080.service"}));
  REQUIRE(keys);
  const auto read = read_dynamite_keys(*keys);
  CHECK(read.services.at(1).instances ==
        std::vector<DynamiteInstance>{
            instance_with("webserver@8080.service", {"webserver_logger@8080.service"})});
  CHECK(read.services.at(0).instances.empty());
}

TEST_CASE("whatever runs is read back as it was written") {
  constexpr std::uint64_t base = 20'261'121;
  for (std::uint64_t seed = base; seed < base + 300; ++seed) {
    RandomSource random(seed);
    std::vector<std::string> names;
    std::vector<DynamiteInstance> expected;
    std::vector<InstanceNumber> ports;
    for (InstanceNumber number = 8080; number < 8090; number += 2) {
      if (random.percent(50)) continue;
      DynamiteInstance instance = instance_with(fmt::format("webserver@{}.service", number), {});
      for (const auto* attached : {"webserver_announcer", "webserver_logger"}) {
        if (random.percent(80)) {
          instance.attached.push_back(
              {.name = fmt::format("{}@{}.service", attached, number), .state = "launched"});
          names.push_back(instance.attached.back().name);
        }
      }
      names.push_back(instance.unit.name);
      ports.insert(ports.end(), {number, number + 1});
      expected.push_back(std::move(instance));
    }
    const auto keys = dynamite_keys(session_configuration(), session_files(), launched(names));
    INFO("seed " << seed);
    REQUIRE(keys);
    const auto read = read_dynamite_keys(*keys);
    REQUIRE(read.services.at(1).instances == expected);
    REQUIRE(read.services.at(1).used_ports == ports);
    REQUIRE(read.problems.empty());
  }
}

TEST_CASE("attached units are found under both spellings, and where Dynamite forgot them") {
  const auto [instance, in_template] = GENERATE(table<std::string, std::string>({
      {R"({"attached_services": [{"name": "logger@80.service", "state": "launched"}]})", "{}"},
      {R"({"attached_service": [{"name": "logger@80.service", "state": "launched"}]})", "{}"},
      {R"({"attached_services": [], "attached_service": [{"name": "logger@80.service",
           "state": "launched"}]})",
       ""},
      // After a restart Dynamite wrote the instance without them.
      {R"({"attached_services": []})",
       R"({"attached_services": [{"name": "logger", "fleet_service_instances":
           {"logger@80.service": {"name": "logger@80.service", "state": "launched"},
            "logger@82.service": {"name": "logger@82.service", "state": "launched"}}}]})"},
      {"null",
       R"({"attached_service": [{"name": "logger", "fleet_service_instances":
           {"logger@80.service": {"state": "launched"}}}]})"},
      {R"({"attached_services": [{"name": "logger@80.service", "state": "launched"}, null, 7]})",
       R"({"attached_services": [{"name": "logger", "fleet_service_instances":
           {"logger@80.service": {"state": "inactive"}}}, {"fleet_service_instances": null}]})"},
  }));
  CAPTURE(instance, in_template);
  const auto read =
      read_dynamite_keys({{"/_dynamite/run/service/web/web@80.service", instance},
                          {"/_dynamite/run/service/web/fleet_service_template", in_template}});
  REQUIRE(read.services.size() == 1);
  CHECK(read.problems.empty());
  REQUIRE(read.services[0].instances.size() == 1);
  CHECK(read.services[0].instances[0].attached ==
        std::vector<DynamiteUnit>{{.name = "logger@80.service", .state = "launched"}});
}

TEST_CASE("whatever is missing is empty, and what can't be read is told and stops nothing else") {
  struct Row {
    DynamiteKeys keys;
    DynamiteApplication read;
  };

  const std::string folder = "/_dynamite/run/service/web/";
  const DynamiteService web{.name = "web", .instances = {{.unit = {.name = "web@80.service"}}}};
  for (const auto& row :
       {Row{{}, {}},
        Row{{{"/_dynamite/state/application_status", ""}}, {}},
        Row{{{"/_dynamite/state/application_status", "Recovering"}}, {.status = "Recovering"}},
        Row{{{"/_dynamite/run/service", "?"}, {"/_dynamite/run/service/web", "?"}}, {}},
        Row{{{folder + "web@80.service", ""}}, {.services = {web}}},
        Row{{{folder + "web@80.service", "{}"}}, {.services = {web}}},
        Row{{{folder + "web@80.service", R"({"name": null, "state": null,
                                            "attached_services": null})"}},
            {.services = {web}}},
        Row{{{folder + "fleet_service_template", R"({"used_port_numbers": null})"}},
            {.services = {{.name = "web"}}}},
        Row{{{folder + "fleet_service_template", R"({"used_port_numbers": [82, 0, 80, "x"]})"}},
            {.services = {{.name = "web", .used_ports = {80, 82}}}}},
        Row{{{folder + "web@80.service", "{\"na"}},
            {.services = {web},
            .problems = {folder + "web@80.service: it is not JSON (it begins: {\"na)"}}},
        Row{{{folder + "fleet_service_template", "[]"}, {folder + "web@80.service", "{}"}},
            {.services = {web},
            .problems = {folder + "fleet_service_template: it is not a JSON object"}}},
        Row{{{folder + "fleet_service_template", R"({"used_port_numbers": [-1]})"}},
            {.services = {{.name = "web"}},
            .problems = {folder + "fleet_service_template: -1 is no whole number from 1 to "
                                  "999999999"}}}}) {
    INFO((row.keys.empty() ? "" : row.keys.begin()->second));
    CHECK(read_dynamite_keys(row.keys) == row.read);
  }
}

TEST_CASE("a configuration that can't be written is refused") {
  const auto [configuration, why] = GENERATE(table<std::string, std::string>({
      {"", "it is empty"},
      {"Dynamite:", "not JSON"},
      {"{}", "root key"},
      {R"({"Dynamite": {"Service": 7}})", "not an object"},
      {R"({"Dynamite": {"Service": {"web": 7}}})", "web is no service"},
      {R"({"Dynamite": {"Service": {"web": {"name_of_unit_file": "web@.service"}}}})",
       "unit file 'web@.service' of web is not there"},
      {R"({"Dynamite": {"Service": {"loadbalancer": {"name_of_unit_file": "loadbalancer.service",
          "attached_service": ["logger"]}}}})",
       "no service logger"},
      {R"({"Dynamite": {"Service": {"webserver": {"name_of_unit_file": "webserver@.service",
          "max_instance": 1000000, "ports_per_instance": 2}}}})",
       "more than a million ports"},
      {R"({"Dynamite": {"Service": {"webserver": {"name_of_unit_file": "webserver@.service",
          "max_instance": "five", "ports_per_instance": 2}}}})",
       "whole number"},
  }));
  const auto keys =
      dynamite_keys(configuration, session_files(), launched({"webserver@8080.service"}));
  CAPTURE(configuration);
  REQUIRE_FALSE(keys);
  CHECK(keys.error().kind == ErrorKind::usage);
  CHECK(holds(keys.error().message, why));
}
