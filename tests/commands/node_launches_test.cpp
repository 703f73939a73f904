#include "commands/group_of_machines.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("When the machines that were asked for have arrived") {
  struct Row {
    const char* what;
    std::vector<GroupMember> before;
    std::vector<GroupMember> after;
    std::vector<Machine> machines;
    std::string came;  ///< `MEMBER MACHINE` for each; `-`: not yet.
  };

  const GroupMember first{.id = "i-1"};
  const GroupMember second{.id = "i-2"};
  const GroupMember third{.id = "i-3"};
  auto booting = second;
  booting.is_in_service = false;
  auto booting_third = third;
  booting_third.is_in_service = false;
  const auto a = fleet_machine("a", "", "i-1");
  const auto b = fleet_machine("b", "", "i-2");
  const auto c = fleet_machine("c", "", "i-3");
  // From two machines to three; `a` was in Fleet before.
  for (const auto& row : std::vector<Row>{
           {"nothing new", {first, second}, {first, second}, {a}, "-"},
           {"one new", {first, second}, {first, second, third}, {a, c}, "i-3 c "},
           {"a stranger",
            {first, second},
            {first, second},
            {a, fleet_machine("x", "", "i-9")},
            "-"},
           {"one that was booting, and the new one isn't there",
            {first, booting},
            {first, second},
            {a, b},
            "-"},
           {"both", {first, booting}, {first, second, third}, {a, b, c}, "i-2 b i-3 c "},
           {"one that isn't in service yet",
            {first, second},
            {first, second, booting_third},
            {a, b, c},
            "-"},
           {"one that goes, and is in Fleet yet",
            {first, booting},
            {first, booting, third},
            {a, b, c},
            "-"},
           {"nobody can be recognised", {first, second}, {}, {a, c}, " c "}}) {
    INFO(row.what);
    const GroupLook before{.desired = 2, .members = row.before};
    const auto launches = expected_launches(before, 3, {a}, declared_group(0, 9), WallTime{});
    std::string came = "-";
    if (may_have_arrived(launches, row.machines)) {
      const GroupLook after{.desired = 3, .members = row.after};
      const auto found = arrivals(launches, after, row.machines, declared_group(0, 9));
      if (found.missing == 0) {
        came.clear();
        for (const auto& change : found.came)
          came += change.id + " " + change.machine_id + " ";
      }
    }
    CHECK(came == row.came);
  }
}

TEST_CASE("Of a cloud that names no machine only those that were asked for are waited for") {
  const auto a = fleet_machine("a", "");
  const auto b = fleet_machine("b", "");
  const auto c = fleet_machine("c", "", "i-3");
  const auto launches =
      expected_launches({.desired = 2}, 3, {a, b}, declared_group(0, 9), WallTime{});
  CHECK_FALSE(may_have_arrived(launches, {a, b}));
  REQUIRE(may_have_arrived(launches, {a, b, c}));
  const auto came = arrivals(launches, {.desired = 3}, {a, b, c}, declared_group(0, 9));
  CHECK(came.missing == 0);
  REQUIRE(came.came.size() == 1);
  CHECK(came.came.front().machine_id == "c");
  // One that names them after all had all of them on their way.
  const GroupLook named{.desired = 3, .members = {{.id = "i-3"}}};
  CHECK(arrivals(launches, named, {a, b, c}, declared_group(0, 9)).missing == 2);
}

TEST_CASE("A machine that Fleet lists before its group has it in service is still to come") {
  const GroupMember first{.id = "i-1"};
  const GroupMember booting{.id = "i-2", .is_in_service = false};
  const std::vector<Machine> machines{fleet_machine("a", "", "i-1"), fleet_machine("b", "", "i-2")};
  const GroupLook before{.desired = 2, .members = {first, booting}};
  CHECK(has_machines_on_their_way(before));
  const auto launches = expected_launches(before, 2, machines, declared_group(0, 9), WallTime{});
  CHECK(launches.wanted == 1);
  CHECK(launches.members == std::set<std::string>{"i-1"});
  CHECK(launches.machines == std::set<std::string>{"a"});
  CHECK(may_have_arrived(launches, machines));
  const GroupLook after{.desired = 2, .members = {first, {.id = "i-2"}}};
  CHECK_FALSE(has_machines_on_their_way(after));
  const auto came = arrivals(launches, after, machines, declared_group(0, 9));
  CHECK(came.missing == 0);
  REQUIRE(came.came.size() == 1);
  CHECK(came.came.front().id == "i-2");
  // A program that names no machine can't tell.
  CHECK_FALSE(has_machines_on_their_way({.desired = 2}));
}
