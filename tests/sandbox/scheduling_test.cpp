#include <chrono>
#include <map>
#include <string>

#include "sandbox/sandbox_fixture.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

std::string number_of_machine(const SandboxCluster& cluster, const std::string& unit) {
  const auto id = cluster.unit(unit)->machine_id;
  return id.empty() ? "none" : std::to_string(std::stoul(id.substr(0, 8), nullptr, 16));
}

}  // namespace

TEST_CASE("Units go to the machine with the fewest, and to the lower id among equals") {
  auto cluster = make_cluster(3);
  std::map<std::string, int> load;
  for (int i = 1; i <= 7; ++i) {
    const auto name = "a@" + std::to_string(i) + ".service";
    cluster.put_unit(name, plain, JobState::launched);
    settle(cluster);
    ++load[number_of_machine(cluster, name)];
    CHECK(number_of_machine(cluster, name) == std::to_string((i - 1) % 3 + 1));
  }
  CHECK(load == std::map<std::string, int>{{"1", 3}, {"2", 2}, {"3", 2}});
}

TEST_CASE("What a unit demands decides its machine") {
  struct Row {
    const char* what;
    UnitOptions demands;
    const char* machine;
  };

  const std::string third = sandbox_machines(3).at(2).id;
  const Row rows[] = {
      {"nothing", {}, "1"},
      {"an id", {{"X-Fleet", "MachineID", third}}, "3"},
      {"an unknown id", {{"X-Fleet", "MachineID", "x"}}, "none"},
      {"metadata that all have", {{"X-Fleet", "MachineMetadata", "role=worker"}}, "1"},
      {"metadata of one", {{"X-Fleet", "MachineMetadata", "disk=ssd"}}, "4"},
      {"one of two values", {{"X-Fleet", "MachineMetadata", R"("disk=ssd" "disk=hdd")"}}, "4"},
      {"two keys",
       {{"X-Fleet", "MachineMetadata", "disk=ssd"}, {"X-Fleet", "MachineMetadata", "role=worker"}},
       "none"},
      {"a conflict with what stands on 1", {{"X-Fleet", "Conflicts", "base@*.service"}}, "2"},
      {"an old spelling of it", {{"X-Fleet", "X-Conflicts", "base@?.service"}}, "2"},
      {"a conflict with something else", {{"X-Fleet", "Conflicts", "base@[2-9].service"}}, "1"},
      {"the machine of a unit on 1", {{"X-Fleet", "MachineOf", "base@1.service"}}, "1"},
      {"the same by its number", {{"X-Fleet", "MachineOf", "base@%i.service"}}, "1"},
      {"the machine of a unit on none", {{"X-Fleet", "MachineOf", "base@2.service"}}, "none"},
  };
  for (const auto& row : rows) {
    INFO(row.what);
    auto cluster = make_cluster(3);
    cluster.add_machine({.id = std::string("00000004") + std::string(24, '0'),
                         .primary_ip = "10.0.0.4",
                         .metadata = {{"disk", "ssd"}}});
    cluster.put_unit("base@1.service", plain, JobState::launched);
    for (const auto& [name, id] :
         {std::pair<const char*, std::size_t>{"x.service", 1}, {"y.service", 2}}) {
      cluster.put_unit(name,
                       with(plain, {"X-Fleet", "MachineID", sandbox_machines(3).at(id).id}),
                       JobState::launched);
    }
    cluster.put_unit(
        "z.service", with(plain, {"X-Fleet", "MachineMetadata", "disk=ssd"}), JobState::launched);
    settle(cluster);
    auto options = plain;
    options.insert(options.end(), row.demands.begin(), row.demands.end());
    cluster.put_unit("app@1.service", options, JobState::launched);
    settle(cluster);
    CHECK(number_of_machine(cluster, "app@1.service") == row.machine);
  }
}

TEST_CASE("Conflicting instances wait for a machine, and take the next that is free") {
  auto cluster = make_cluster(2);
  const auto alone = with(plain, {"X-Fleet", "Conflicts", "%p@*.service"});
  for (int i = 1; i <= 3; ++i)
    cluster.put_unit("a@" + std::to_string(i) + ".service", alone, JobState::launched);
  settle(cluster);
  CHECK(number_of_machine(cluster, "a@1.service") == "1");
  CHECK(number_of_machine(cluster, "a@2.service") == "2");
  CHECK(look(cluster, "a@3.service") == "inactive");

  SECTION("when one is destroyed") {
    cluster.delete_unit("a@1.service");
    settle(cluster);
    CHECK(number_of_machine(cluster, "a@3.service") == "1");
  }
  SECTION("when one is no longer wanted") {
    cluster.set_desired_state("a@2.service", JobState::inactive);
    settle(cluster);
    CHECK(number_of_machine(cluster, "a@3.service") == "2");
  }
  SECTION("when a machine comes") {
    cluster.add_machine(sandbox_machines(3).back());
    settle(cluster);
    CHECK(number_of_machine(cluster, "a@3.service") == "3");
  }
  SECTION("but not when nothing changes") {
    settle(cluster);
    CHECK(look(cluster, "a@3.service") == "inactive");
    CHECK_FALSE(cluster.next_event());
  }
}

TEST_CASE("A conflict keeps out the unit that it names, even one that has none itself") {
  auto cluster = make_cluster(2);
  cluster.put_unit(
      "a@1.service", with(plain, {"X-Fleet", "Conflicts", "b@*.service"}), JobState::launched);
  settle(cluster);
  cluster.put_unit("b@1.service", plain, JobState::launched);
  settle(cluster);
  CHECK(number_of_machine(cluster, "a@1.service") == "1");
  CHECK(number_of_machine(cluster, "b@1.service") == "2");
}

TEST_CASE("A unit follows the peer that its MachineOf names") {
  auto cluster = make_cluster(2);
  cluster.put_unit("a-discovery@1.service",
                   with(plain, {"X-Fleet", "MachineOf", "a@%i.service"}),
                   JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a-discovery@1.service") == "inactive");
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a-discovery@1.service") == "launched on machine, loaded/active/running");
  cluster.delete_unit("a@1.service");
  settle(cluster);
  CHECK(look(cluster, "a-discovery@1.service") == "inactive");
}

TEST_CASE("A global unit runs on every machine that suits it, those that come later too") {
  auto cluster = make_cluster(2);
  cluster.put_unit("g.service", with(plain, {"X-Fleet", "Global", "yes"}), JobState::launched);
  settle(cluster);
  CHECK(cluster.states({}, {0, 10}).total == 2);
  cluster.add_machine(sandbox_machines(3).back());
  settle(cluster);
  const auto rows = cluster.states({}, {0, 10}).items;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].machine_id < rows[1].machine_id);
  cluster.delete_unit("g.service");
  settle(cluster);
  CHECK(cluster.states({}, {0, 10}).total == 0);
}

TEST_CASE("A lost machine's units go to another, but only after a while") {
  auto cluster = make_cluster(2);
  cluster.put_unit("a@1.service", plain, JobState::launched);
  settle(cluster);
  const auto first = sandbox_machines(1).at(0).id;
  const auto lost = cluster.now();
  CHECK(cluster.lose_machine(first));
  CHECK_FALSE(cluster.lose_machine(first));
  CHECK_FALSE(cluster.lose_machine("stranger"));
  cluster.advance_to(lost + 29s);
  CHECK(number_of_machine(cluster, "a@1.service") == "1");
  CHECK(cluster.machines().size() == 2);
  cluster.advance_to(lost + 40s);
  CHECK(number_of_machine(cluster, "a@1.service") == "2");
  CHECK(cluster.machines().size() == 1);
  CHECK(cluster.states({}, {0, 10}).total == 1);
}

TEST_CASE("A machine that comes back in time goes on where it was") {
  auto cluster = make_cluster();
  const auto machine = sandbox_machines(1).at(0);
  cluster.put_unit("a@1.service", plain, JobState::launched);
  cluster.advance_to(TimePoint{} + 2s);
  cluster.lose_machine(machine.id);
  cluster.advance_to(TimePoint{} + 20s);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/activating/start");
  cluster.add_machine(machine);
  cluster.advance_to(TimePoint{} + 2min);
  CHECK(look(cluster, "a@1.service") == "launched on machine, loaded/active/running");
  CHECK(cluster.machines().size() == 1);
}

TEST_CASE("The rows of a unit that has moved vanish once and come back, while it runs") {
  auto settings = SandboxSettings{.machines = sandbox_machines(2)};
  settings.publish_period = 24s;
  SandboxCluster cluster(settings, TimePoint{});
  cluster.put_unit("a.service", plain, JobState::launched);
  settle(cluster);
  REQUIRE(look(cluster, "a.service") == "launched on machine, loaded/active/running");
  cluster.set_desired_state("a.service", JobState::inactive);
  settle(cluster);
  cluster.set_desired_state("a.service", JobState::launched);
  settle(cluster);
  CHECK(look(cluster, "a.service") == "launched on machine, loaded/active/running");
  cluster.advance_to(cluster.now() + 10s);
  CHECK(look(cluster, "a.service") == "inactive on machine");
  CHECK(cluster.is_active("a.service"));
  cluster.advance_to(cluster.now() + 24s);
  CHECK(look(cluster, "a.service") == "launched on machine, loaded/active/running");
}
