#include "scale_fleet/core/service_status.hpp"

#include "support/catch.hpp"
#include "support/cluster_builder.hpp"

using namespace scale_fleet;

namespace {

Service my_app() {
  return *Service::parse("my_app");
}

std::vector<std::string> names_of(const std::vector<Service>& services) {
  std::vector<std::string> names;
  for (const auto& service : services)
    names.push_back(service.display_name());
  return names;
}

std::vector<Unit> units_named(const std::vector<std::string>& names) {
  std::vector<Unit> units;
  for (const auto& name : names)
    units.push_back({.name = name});
  return units;
}

UnitState running_row(const std::string& unit, const std::string& machine) {
  return {
      .unit = unit, .machine_id = machine, .load = "loaded", .active = "active", .sub = "running"};
}

}  // namespace

TEST_CASE("An instance is shown with its machine's row and address") {
  const ClusterLook look{
      .units = ClusterBuilder().with_template().running({10, 2}).units(),
      .states = {running_row("my_app@2.service", "m1"),
                 {.unit = "my_app@10.service", .machine_id = "m0", .active = "failed"}},
      .machines = {{.id = "m0", .primary_ip = "10.0.0.1"}, {.id = "m1", .primary_ip = "10.0.0.2"}}};
  const auto status = status_of(my_app(), look);
  CHECK(status.exists());
  CHECK(status.template_exists);
  CHECK_FALSE(status.template_is_global);
  REQUIRE(status.instances.size() == 2);
  const auto& second = status.instances[0];
  CHECK(second.unit == "my_app@2.service");
  CHECK(second.number == 2);
  CHECK(second.desired_state == JobState::launched);
  CHECK(second.current_state == JobState::launched);
  CHECK(second.machine_id == "m1");
  CHECK(second.ip == "10.0.0.2");
  CHECK(second.load == "loaded");
  CHECK(second.active == "active");
  CHECK(second.sub == "running");
  CHECK(second.drift == false);
  const auto& tenth = status.instances[1];
  CHECK(tenth.number == 10);
  CHECK(tenth.active.empty());  // The row is another machine's.
}

TEST_CASE("What Fleet doesn't know stays empty") {
  const ClusterLook look{.units = ClusterBuilder().unscheduled(1).units(), .states = {}};
  const auto status = status_of(my_app(), look);
  CHECK(status.exists());
  CHECK_FALSE(status.template_exists);
  const auto& instance = status.instances.at(0);
  CHECK(instance.machine_id.empty());
  CHECK(instance.ip.empty());
  CHECK(instance.active.empty());
  CHECK_FALSE(instance.drift);
  const ClusterLook unknown_machine{.units = ClusterBuilder().running({1}).units()};
  CHECK(status_of(my_app(), unknown_machine).instances.at(0).ip.empty());
}

TEST_CASE("An instance with other options than its template's has drifted") {
  auto units = ClusterBuilder().with_template().running({1, 2, 3}).units();
  units.at(1).options.push_back({.section = "Unit", .name = "After", .value = "x"});
  std::swap(units.at(2).options.at(0), units.at(2).options.at(1));
  const auto status = status_of(my_app(), {.units = units});
  CHECK(status.instances.at(0).drift == true);
  CHECK(status.instances.at(1).drift == true);  // Order carries meaning.
  CHECK(status.instances.at(2).drift == false);
}

TEST_CASE("A global template is known as such") {
  auto options = plain_options();
  options.push_back({.section = "X-Fleet", .name = "Global", .value = "true"});
  const ClusterLook look{.units = ClusterBuilder().with_template(options).units()};
  CHECK(status_of(my_app(), look).template_is_global);
}

TEST_CASE("Names that share the prefix are left alone, others aren't named") {
  const ClusterLook look{.units = ClusterBuilder()
                                      .with_template()
                                      .unit("my_app@blue.service")
                                      .unit("my_app@01.service")
                                      .unit("my_app@1.timer")
                                      .unit("my_app_v2@1.service")
                                      .unit("other@1.service")
                                      .units()};
  const auto status = status_of(my_app(), look);
  CHECK(status.instances.empty());
  CHECK(status.left_alone ==
        std::vector<std::string>{"my_app@01.service", "my_app@1.timer", "my_app@blue.service"});
}

TEST_CASE("A service of which there is nothing doesn't exist") {
  CHECK_FALSE(status_of(my_app(), {}).exists());
  const ClusterLook alike{.units = ClusterBuilder().unit("my_app@blue.service").units()};
  CHECK_FALSE(status_of(my_app(), alike).exists());
}

TEST_CASE("Every service with a template or an instance is found once, by name") {
  struct Row {
    std::vector<std::string> units;
    std::vector<std::string> services;
  };

  const std::vector<Row> rows{
      {{}, {}},
      {{"web@.service"}, {"web"}},
      {{"web@3.service"}, {"web"}},
      {{"web@2.service", "web@.service", "web@10.service"}, {"web"}},
      {{"web@1.service", "app@.service", "backup@.timer"}, {"app", "backup@.timer", "web"}},
      {{"etcd.service", "web@blue.service", "web@01.service"}, {}},
      {{"app:1.0@1.service", "app:1.1@1.service"}, {"app:1.0", "app:1.1"}}};
  for (const auto& row : rows) {
    CAPTURE(row.units);
    CHECK(names_of(services_in(units_named(row.units))) == row.services);
  }
}

TEST_CASE("What a release keeps is no service of its own, unless somebody has started it") {
  const auto my_app_former = write_former({.service = my_app(), .text = plain_options()});
  const auto my_app_mark = write_mark({.command = "deploy", .replaces = {}, .text = {}});
  std::vector<Unit> units{{.name = "my_app@.service"},
                          {.name = "my_app.former@.service", .options = my_app_former},
                          {.name = "my_app.release@.service", .options = my_app_mark},
                          {.name = "other.former@.service", .options = plain_options()}};
  CHECK(names_of(services_in(units)) == std::vector<std::string>{"my_app", "other.former"});
  units.push_back({.name = "my_app.former@1.service", .options = my_app_former});
  CHECK(names_of(services_in(units)) ==
        std::vector<std::string>{"my_app.former", "my_app", "other.former"});
}

TEST_CASE("A service's status knows its former version and a release that hasn't ended") {
  const ReleaseMark mark{.command = "deploy", .count = 5, .replaces = {}, .text = {}};
  auto units = ClusterBuilder().with_template().running({1}).units();
  CHECK(status_of(my_app(), {.units = units}).former_unit.empty());
  CHECK_FALSE(status_of(my_app(), {.units = units}).release);
  units.push_back({.name = "my_app.former@.service",
                   .options = write_former({.service = my_app(), .text = plain_options()})});
  units.push_back({.name = "my_app.release@.service", .options = write_mark(mark)});
  const auto status = status_of(my_app(), {.units = units});
  CHECK(status.former_unit == "my_app.former@.service");
  CHECK(status.release == mark);
  CHECK(status.left_alone.empty());
  const auto other = status_of(*Service::parse("app"), {.units = units});
  CHECK(other.former_unit.empty());
  CHECK_FALSE(other.release);
  for (auto& unit : units)
    unit.options = plain_options();
  CHECK(status_of(my_app(), {.units = units}).former_unit.empty());
  CHECK_FALSE(status_of(my_app(), {.units = units}).release);
}
