#include "commands/group_of_machines.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

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
