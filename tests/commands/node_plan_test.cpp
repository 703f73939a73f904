#include "scale_fleet/commands/node_plan.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

DeclaredNodes declared_group(InstanceCount min, std::optional<InstanceCount> max) {
  DeclaredNodes nodes;
  nodes.name = "workers";
  nodes.policy.min = min;
  nodes.policy.max = max;
  return nodes;
}

ClusterLook cluster_of(const std::vector<Machine>& machines) {
  return {.units = {}, .states = {}, .machines = machines};
}

Machine fleet_machine(const std::string& id,
                      const std::string& ip,
                      const std::string& instance = {}) {
  Machine machine{.id = id, .primary_ip = ip, .metadata = {}};
  if (!instance.empty()) machine.metadata["instance_id"] = instance;
  return machine;
}

void put_units(ClusterLook& look, const std::string& machine, int count) {
  for (int i = 0; i < count; ++i) {
    look.units.push_back({.name = machine + "-" + std::to_string(i) + ".service",
                          .options = {},
                          .desired_state = JobState::launched,
                          .current_state = JobState::launched,
                          .machine_id = machine});
  }
}

}  // namespace

TEST_CASE("How many machines a group shall have, and which bound decides") {
  struct Row {
    const char* asked;
    InstanceCount current;
    CountBounds file;
    CountBounds group;
    InstanceCount count;
    const char* limited;
  };

  const CountBounds wide{.min = 1, .max = 10};
  for (const auto& row : std::vector<Row>{
           {"4", 3, wide, wide, 4, ""},
           {"+2", 3, wide, wide, 5, ""},
           {"-2", 3, wide, wide, 1, ""},
           {"+9", 3, {.min = 1, .max = 6}, wide, 6, "asked for 12, limited to 6 by the file's max"},
           {"+9",
            3,
            wide,
            {.min = 1, .max = 5},
            5,
            "asked for 12, limited to 5 by the group's own maximum"},
           {"0", 3, {.min = 2, .max = 6}, wide, 2, "asked for 0, limited to 2 by the file's min"},
           {"0",
            3,
            wide,
            {.min = 2, .max = 6},
            2,
            "asked for 0, limited to 2 by the group's own minimum"},
           {"-5",
            3,
            {.min = 0, .max = 6},
            {.min = 0, .max = {}},
            0,
            "asked for 5 fewer than 3, limited to 0"},
           {"+1",
            9,
            {.min = 1, .max = 5},
            wide,
            9,
            "asked for 10 from 9, which is beyond the file's max already"},
           {"-1",
            2,
            {.min = 4, .max = 6},
            wide,
            2,
            "asked for 1 from 2, which is beyond the file's min already"},
           {"7", 9, {.min = 1, .max = 5}, wide, 5, "asked for 7, limited to 5 by the file's max"},
           {"70000", 9, {.min = 1, .max = {}}, {.min = 0, .max = {}}, 0, "too large"}}) {
    const auto asked = Count::parse(row.asked);
    if (!asked) continue;
    INFO(row.asked << " from " << row.current);
    GroupLook group{.desired = row.current, .min = *row.group.min, .max = row.group.max};
    const auto desired =
        desired_machines(*asked, group, declared_group(*row.file.min, row.file.max));
    REQUIRE(desired);
    CHECK(desired->count == row.count);
    CHECK(desired->limited == row.limited);
  }
  const auto none = desired_machines(
      *Count::parse("3"), {.desired = 3, .min = 7, .max = 9}, declared_group(1, 5));
  REQUIRE_FALSE(none);
  CHECK(none.error().kind == ErrorKind::usage);
  CHECK(none.error().message ==
        "the group's own minimum of workers is 7, and the file's max is 5: no count is within "
        "both");
}

TEST_CASE("Which Fleet machine a member is") {
  struct Row {
    const char* what;
    std::optional<std::string> key;
    std::vector<Machine> machines;
    std::string machine;  ///< Of i-1 at 10.0.0.1; empty: none.
  };

  const std::optional<std::string> key = "instance_id";
  for (const auto& row : std::vector<Row>{
           {"no machine", key, {}, ""},
           {"named by metadata", key, {fleet_machine("a", "", "i-1")}, "a"},
           {"named, wherever it is", key, {fleet_machine("a", "10.9.9.9", "i-1")}, "a"},
           {"another name at its address", key, {fleet_machine("a", "10.0.0.1", "i-2")}, ""},
           {"no name at its address", key, {fleet_machine("a", "10.0.0.1")}, "a"},
           {"named goes before its address",
            key,
            {fleet_machine("a", "10.0.0.1"), fleet_machine("b", "10.9.9.9", "i-1")},
            "b"},
           {"by address alone", {}, {fleet_machine("a", "10.0.0.1", "i-2")}, "a"},
           {"another address", {}, {fleet_machine("a", "10.0.0.2", "i-1")}, ""}}) {
    INFO(row.what);
    const auto matched = match_members({{.id = "i-1", .ip = "10.0.0.1"}}, row.machines, row.key);
    CHECK(matched == (row.machine.empty()
                          ? std::map<std::string, std::string>{}
                          : std::map<std::string, std::string>{{"i-1", row.machine}}));
  }
  CHECK(match_members({{.id = "i-1", .ip = ""}}, {fleet_machine("a", "")}, {}).empty());
}

TEST_CASE("Which machine goes") {
  const auto at = [](int minute) { return WallTime(std::chrono::minutes(minute)); };
  const std::vector<GroupMember> members{{.id = "i-1", .ip = "10.0.0.1", .since = at(3)},
                                         {.id = "i-2", .ip = "10.0.0.2", .since = at(1)},
                                         {.id = "i-3", .ip = "10.0.0.3", .since = at(2)}};

  struct Row {
    const char* what;
    std::vector<int> units;  ///< On each machine; -1: it isn't in Fleet.
    std::string protected_ones;
    std::string not_in_service;
    MachineVictim rule;
    std::string victim;
  };

  const auto fewest = MachineVictim::fewest_instances;
  for (const auto& row : std::vector<Row>{
           {"the fewest units", {3, 2, 1}, "", "", fewest, "i-3: it has the fewest units (1)"},
           {"a tie", {1, 1, 2}, "", "", fewest, "i-1: it has the fewest units (1)"},
           {"the oldest", {3, 2, 1}, "", "", MachineVictim::oldest, "i-2: it is the oldest"},
           {"not a protected one", {3, 2, 1}, "3", "", fewest, "i-2: it has the fewest units (2)"},
           {"not one that comes or goes",
            {3, 2, 1},
            "",
            "32",
            fewest,
            "i-1: it has the fewest units (3)"},
           {"one that isn't in Fleet",
            {0, 2, -1},
            "",
            "",
            fewest,
            "i-3: no Fleet machine is this one"},
           {"one that isn't in Fleet, not the oldest",
            {0, 2, -1},
            "",
            "",
            MachineVictim::oldest,
            "i-3: no Fleet machine is this one"},
           {"all are protected",
            {3, 2, 1},
            "123",
            "",
            fewest,
            "no machine of workers may go: all are protected"},
           {"none is in service",
            {3, 2, 1},
            "",
            "123",
            fewest,
            "no machine of workers may go: none is in service"}}) {
    INFO(row.what);
    GroupLook group{.desired = 3, .members = members};
    auto look = cluster_of({});
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto digit = static_cast<char>('1' + static_cast<int>(i));
      const auto has = [&](const std::string& digits) {
        return digits.find(digit) != std::string::npos;
      };
      group.members[i].is_protected = has(row.protected_ones);
      group.members[i].is_in_service = !has(row.not_in_service);
      if (row.units[i] < 0) continue;
      const auto id = std::string("m") + digit;
      look.machines.push_back(fleet_machine(id, members[i].ip));
      put_units(look, id, row.units[i]);
    }
    auto declared = declared_group(0, 9);
    declared.victims = row.rule;
    const auto victim = choose_victim(group, look, declared);
    CHECK((victim ? victim->member + ": " + victim->reason : victim.error().message) == row.victim);
  }
}

TEST_CASE("Where no member can be recognised none is ended") {
  const GroupLook group{.desired = 1, .members = {{.id = "i-1", .ip = ""}}};
  auto declared = declared_group(0, 9);
  const auto victim = choose_victim(group, cluster_of({fleet_machine("a", "10.0.0.1")}), declared);
  REQUIRE_FALSE(victim);
  CHECK(victim.error().message ==
        "none of the machines of workers is among Fleet's, so that none can be emptied: neither "
        "the metadata 'instance_id' nor an address is the same");
  // A Fleet without machines has nothing that could be lost.
  CHECK(choose_victim(group, cluster_of({}), declared));
}

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
           {"nobody can be recognised", {first, second}, {}, {a, c}, " c "}}) {
    INFO(row.what);
    const GroupLook before{.desired = 2, .members = row.before};
    const auto launches = expected_launches(before, 3, {a}, WallTime{});
    std::string came = "-";
    if (may_have_arrived(launches, row.machines)) {
      const GroupLook after{.desired = 3, .members = row.after};
      if (const auto found = arrivals(launches, after, row.machines, declared_group(0, 9))) {
        came.clear();
        for (const auto& change : *found)
          came += change.id + " " + change.machine_id + " ";
      }
    }
    CHECK(came == row.came);
  }
}
