#include "commands/group_of_machines.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

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
      "bbbbbbbb.../10.9.9.9, which nobody else of workers is; give each of Fleet's machines the "
      "metadata instance_id=ID with its own id, or declare another `match`";
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
            "each of Fleet's machines the metadata instance_id=ID with its own id, or declare "
            "another `match`"},
           {"two have its name",
            {first, second},
            {fleet_machine("aaaaaaaaaa", "10.0.0.1", "i-2"),
             fleet_machine("cccccccccc", "10.0.0.2", "i-2")},
            "i-1 is not ended: no Fleet machine is known to be it, and units may run on it as "
            "aaaaaaaa.../10.0.0.1 or cccccccc.../10.0.0.2, which nobody else of workers is; give "
            "each of Fleet's machines the metadata instance_id=ID with its own id, or declare "
            "another `match`"}}) {
    INFO(row.what);
    const GroupLook group{.desired = 2, .members = row.members};
    const auto victim = choose_victim(group, cluster_of(row.machines), declared_group(0, 9));
    CHECK((victim ? victim->member + " (" + victim->left + ")" : victim.error().message) ==
          row.victim);
  }
}

TEST_CASE("A cloud that names no machine can end none") {
  const auto victim = choose_victim(
      {.desired = 2}, cluster_of({fleet_machine("a", "10.0.0.1")}), declared_group(0, 9));
  REQUIRE_FALSE(victim);
  CHECK(victim.error().message == "no machine of workers may go: its cloud names none");
}

TEST_CASE("A machine that bears another's id keeps no member that never joined Fleet") {
  const GroupMember first{.id = "i-1", .ip = "10.0.0.1"};
  const GroupMember second{.id = "i-2", .ip = "10.0.0.2"};
  const auto a = fleet_machine("aaaaaaaaaa", "10.0.0.1", "i-1");
  const auto other = fleet_machine("bbbbbbbbbb", "10.9.9.9", "i-9");

  struct Row {
    const char* what;
    std::vector<Machine> machines;
    std::optional<std::string> key;
    std::string victim;  ///< And which of Fleet's machines it may be, in brackets.
  };

  for (const auto& row :
       std::vector<Row>{{"of another group", {a, other}, "instance_id", "i-2 ()"},
                        {"one beside it bears none",
                         {a, other, fleet_machine("cccccccccc", "10.9.9.8")},
                         "instance_id",
                         "i-1 (cccccccc.../10.9.9.8)"},
                        {"two bear the same",
                         {a, other, fleet_machine("cccccccccc", "10.9.9.8", "i-9")},
                         "instance_id",
                         "i-1 (bbbbbbbb.../10.9.9.9 or cccccccc.../10.9.9.8)"},
                        {"ids aren't asked for", {a, other}, {}, "i-1 (bbbbbbbb.../10.9.9.9)"},
                        {"nobody here bears an id, and the key may hold something else",
                         {fleet_machine("aaaaaaaaaa", "10.0.0.1"), other},
                         "instance_id",
                         "i-1 (bbbbbbbb.../10.9.9.9)"}}) {
    INFO(row.what);
    auto declared = declared_group(0, 9);
    declared.match_metadata = row.key;
    const GroupLook group{.desired = 2, .members = {first, second}};
    const auto victim = choose_victim(group, cluster_of(row.machines), declared);
    REQUIRE(victim);
    constexpr std::string_view before = "units may run on it as ";
    const auto begin = victim->left.find(before);
    const auto left =
        begin == std::string::npos
            ? std::string()
            : victim->left.substr(begin + before.size(),
                                  victim->left.find(", which") - begin - before.size());
    CHECK(victim->member + " (" + left + ")" == row.victim);
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
