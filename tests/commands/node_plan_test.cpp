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

TEST_CASE("A member that may be a machine of Fleet's is never ended unasked") {
  const GroupMember first{.id = "i-1", .ip = "10.0.0.1"};
  const GroupMember second{.id = "i-2", .ip = "10.0.0.2"};
  auto protected_second = second;
  protected_second.is_protected = true;
  const auto a = fleet_machine("aaaaaaaaaa", "10.0.0.1");
  const auto other = fleet_machine("bbbbbbbbbb", "10.9.9.9");

  struct Row {
    const char* what;
    std::vector<GroupMember> members;
    std::vector<Machine> machines;
    std::string victim;  ///< And which was left, in brackets.
  };

  const std::string of_second =
      "i-2 is not ended: no Fleet machine is known to be it, and units may run on it as "
      "bbbbbbbb.../10.9.9.9, which nobody else of workers is; give Fleet's machines the metadata "
      "instance_id=ID, or declare another `match`";
  for (const auto& row : std::vector<Row>{
           {"every machine is known", {first, second}, {a}, "i-2 ()"},
           {"a Fleet without machines", {first, second}, {}, "i-1 ()"},
           {"one machine too many", {first, second}, {a, other}, "i-1 (" + of_second + ")"},
           {"and no other may go", {second}, {other}, of_second},
           {"and it is protected", {first, protected_second}, {a, other}, "i-1 ()"},
           {"two have its address",
            {first},
            {a, fleet_machine("cccccccccc", "10.0.0.1")},
            "i-1 is not ended: no Fleet machine is known to be it, and units may run on it as "
            "aaaaaaaa.../10.0.0.1 or cccccccc.../10.0.0.1, which nobody else of workers is; give "
            "Fleet's machines the metadata instance_id=ID, or declare another `match`"},
           {"two have its name",
            {first, second},
            {fleet_machine("aaaaaaaaaa", "10.0.0.1", "i-2"),
             fleet_machine("cccccccccc", "10.0.0.2", "i-2")},
            "i-1 is not ended: no Fleet machine is known to be it, and units may run on it as "
            "aaaaaaaa.../10.0.0.1 or cccccccc.../10.0.0.2, which nobody else of workers is; give "
            "Fleet's machines the metadata instance_id=ID, or declare another `match`"}}) {
    INFO(row.what);
    const GroupLook group{.desired = 2, .members = row.members};
    const auto victim = choose_victim(group, cluster_of(row.machines), declared_group(0, 9));
    CHECK((victim ? victim->member + " (" + victim->left + ")" : victim.error().message) ==
          row.victim);
  }
}

TEST_CASE("How a member can be made known depends on how the file tells machines apart") {
  std::vector<Machine> machines;
  for (const char letter : {'a', 'b', 'c', 'd', 'e'})
    machines.push_back(fleet_machine(std::string(10, letter), std::string("10.9.9.") + letter));
  auto declared = declared_group(0, 9);
  declared.match_metadata.reset();
  const auto victim =
      choose_victim({.desired = 1, .members = {{.id = "i-1"}}}, cluster_of(machines), declared);
  REQUIRE_FALSE(victim);
  CHECK(victim.error().message ==
        "i-1 is not ended: no Fleet machine is known to be it, and units may run on it as "
        "aaaaaaaa.../10.9.9.a or bbbbbbbb.../10.9.9.b or cccccccc.../10.9.9.c or 2 more, which "
        "nobody else of workers is; declare `match: metadata KEY`, or let Fleet have the group's "
        "addresses");
}

TEST_CASE("Where nobody tells the machines' ages the oldest isn't guessed") {
  auto declared = declared_group(0, 9);
  declared.victims = MachineVictim::oldest;
  GroupLook group{.desired = 2,
                  .members = {{.id = "i-1", .ip = "10.0.0.1", .since = WallTime{}},
                              {.id = "i-2", .ip = "10.0.0.2"}}};
  const auto look = cluster_of({fleet_machine("a", "10.0.0.1"), fleet_machine("b", "10.0.0.2")});
  const auto victim = choose_victim(group, look, declared);
  REQUIRE_FALSE(victim);
  CHECK(victim.error().kind == ErrorKind::refused);
  CHECK(victim.error().message ==
        "nobody tells when i-2 of workers was launched, so that the oldest can't be known; declare "
        "`victims: fewest_instances`");
  // The only one that may go is the oldest of those.
  group.members.front().is_protected = true;
  CHECK(choose_victim(group, look, declared)->member == "i-2");
}

TEST_CASE("The machine of a victim that is foreseen is nobody else's") {
  const GroupLook group{.desired = 2, .members = {{.id = "i-1", .ip = "10.0.0.1"}, {.id = "i-2"}}};
  const auto planned = plan_victims(
      group,
      cluster_of({fleet_machine("aaaaaaaa", "10.0.0.1"), fleet_machine("xxxxxxxx", "10.0.0.9")}),
      declared_group(0, 9),
      2);
  REQUIRE(planned.victims.size() == 1);
  CHECK(planned.victims[0].member == "i-1");
  REQUIRE(planned.error);
  CHECK(planned.error->message.find("run on it as xxxxxxxx.../10.0.0.9, which") !=
        std::string::npos);
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
      if (const auto found = arrivals(launches, after, row.machines, declared_group(0, 9))) {
        came.clear();
        for (const auto& change : *found)
          came += change.id + " " + change.machine_id + " ";
      }
    }
    CHECK(came == row.came);
  }
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
  REQUIRE(came);
  REQUIRE(came->size() == 1);
  CHECK(came->front().id == "i-2");
  // A program that names no machine can't tell.
  CHECK_FALSE(has_machines_on_their_way({.desired = 2}));
}
