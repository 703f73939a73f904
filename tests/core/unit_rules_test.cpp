#include "scale_fleet/core/unit_rules.hpp"

#include "scale_fleet/core/x_fleet.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

UnitOptions x_fleet(std::initializer_list<std::pair<const char*, const char*>> lines) {
  UnitOptions options;
  for (const auto& [name, value] : lines)
    options.push_back({.section = "X-Fleet", .name = name, .value = value});
  return options;
}

}  // namespace

TEST_CASE("Demands that exclude each other are refused in Fleet's words") {
  struct Row {
    UnitOptions options;
    const char* words;
  };

  const std::vector<Row> rows = {
      {x_fleet({{"MachineID", "a"}, {"MachineOf", "b.service"}}),
       "MachineID cannot be used with Peers"},
      {x_fleet({{"MachineID", ""}, {"Conflicts", "c"}}), "MachineID cannot be used with Conflicts"},
      {x_fleet({{"X-ConditionMachineID", "a"}, {"Conflicts", "c"}}),
       "MachineID cannot be used with Conflicts"},
      {x_fleet({{"X-ConditionMachineBootID", "a"}, {"X-Conflicts", "c"}}),
       "MachineID cannot be used with Conflicts"},
      {x_fleet({{"MachineID", "a"}, {"Global", "true"}}), "MachineID cannot be used with Global"},
      {x_fleet({{"MachineID", "a"}, {"Global", "\"TRUE\""}}),
       "MachineID cannot be used with Global"},
      {x_fleet({{"MachineID", "a"}, {"Replaces", ""}}), "MachineID cannot be used with Replaces"},
      {x_fleet({{"Global", "1"}, {"MachineOf", ""}}), "Global cannot be used with Peers"},
      {x_fleet({{"Global", "1"}, {"X-ConditionMachineOf", "b"}}),
       "Global cannot be used with Peers"},
      {x_fleet({{"Global", "1"}, {"Replaces", "b"}}), "Global cannot be used with Replaces"},
      {x_fleet({{"Conflicts", "a"}, {"Replaces", "b"}}), "Conflicts cannot be used with Replaces"},
      {x_fleet({{"Conflicts", "a b"}, {"MachineOf", "b"}}),
       "unresolvable requirements: peer \"b\" matches conflict \"b\""},
      {x_fleet({{"Conflicts", "\"x\" \"a.*\""}, {"MachineOf", "\"q\" \"a.service\""}}),
       "unresolvable requirements: peer \"a.service\" matches conflict \"a.*\""},
      {x_fleet({{"Replaces", "a*"}, {"MachineOf", "a.service"}}),
       "unresolvable requirements: peer \"a.service\" matches replace \"a*\""},
      {{}, "Fleet refuses a unit without any"},
      {{{"Service", "#A", "c"}}, "comments"},
      {{{"Service", "A\nB", "c"}}, "has no '='"},
      {{{"Service", "A", std::string(2046, 'x')}}, "more than 2047 bytes"},
  };
  for (const auto& row : rows) {
    INFO(row.words);
    const auto checked = check_unit_options(row.options);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().kind == ErrorKind::usage);
    CHECK(checked.error().message.find(row.words) != std::string::npos);
  }
}

TEST_CASE("Demands that Fleet takes are fine") {
  const std::vector<UnitOptions> rows = {
      {{"Service", "ExecStart", "/x"}},
      x_fleet({{"MachineID", "a"}, {"Conflicts", ""}}),
      x_fleet({{"MachineID", "a"}, {"Global", "true"}, {"Global", "false"}}),
      x_fleet({{"MachineID", "a"}, {"Global", "y"}}),
      x_fleet({{"Global", "1"}, {"Conflicts", "b"}}),
      x_fleet({{"Conflicts", "a.*"}, {"MachineOf", "b.service"}}),
      x_fleet({{"Replaces", "z a*"}, {"MachineOf", "a.service"}}),
      {{"X-fleet", "MachineID", "a"}, {"X-fleet", "Conflicts", "a"}},
      x_fleet({{"Whatever", "x"}}),
  };
  for (const auto& options : rows) {
    const auto checked = check_unit_options(options);
    INFO((checked ? "" : checked.error().message));
    CHECK(checked);
  }
}

TEST_CASE("A pattern matches as Go's path.Match does") {
  struct Row {
    const char* pattern;
    const char* name;
    bool matches;
  };

  for (const auto& row : {Row{"my_app@*.service", "my_app@1.service", true},
                          Row{"my_app@*.service", "my_app@.service", true},
                          Row{"my_app@*.service", "my_app@1.timer", false},
                          Row{"a?c", "abc", true},
                          Row{"a?c", "ac", false},
                          Row{"a[a-c]c", "abc", true},
                          Row{"a[^a-c]c", "abc", false},
                          Row{"a[^a-c]c", "adc", true},
                          Row{"a[!b]c", "axc", false},
                          Row{"a[!b]c", "a!c", true},
                          Row{"a[b", "ab", false},
                          Row{"\\*", "*", true},
                          Row{"\\*", "a", false},
                          Row{"a\\", "a", false},
                          Row{"*", "a/b", false},
                          Row{"*/*", "a/b", true},
                          Row{"?", "/", false},
                          Row{"[/]", "/", true},
                          Row{"?", "\xc3\xa9", true},
                          Row{"[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true},
                          Row{"a*b*c", "axbxbc", true},
                          Row{"a*b*c", "axbxbd", false},
                          Row{"**", "abc", true},
                          Row{"*", "", true},
                          Row{"", "", true},
                          Row{"", "a", false},
                          Row{"[]a]", "a", false},
                          Row{"[-a]", "a", false},
                          Row{"[a-]", "a", false},
                          Row{"[c-a]", "b", false},
                          Row{"[\\]]", "]", true},
                          Row{"[^]a]", "b", false},
                          Row{"a[b][", "ac", false},
                          Row{"*[b", "ab", false}}) {
    CAPTURE(row.pattern, row.name);
    CHECK(pattern_matches(row.pattern, row.name) == row.matches);
  }
}

TEST_CASE("A pattern with many stars is matched in good time") {
  std::string pattern;
  for (int i = 0; i < 200; ++i)
    pattern += "a*";
  CHECK_FALSE(pattern_matches(pattern + "b", std::string(20000, 'a')));
}

TEST_CASE("One line of X-Fleet may hold several quoted values") {
  const auto options = x_fleet({{"MachineMetadata", "\"a=b\" \"c=d e\""},
                                {"MachineMetadata", "x=y z"},
                                {"MachineMetadata", "\""}});
  CHECK(x_fleet_values(options, "MachineMetadata") ==
        std::vector<std::string>{"a=b", "c=d e", "x=y z", ""});
  CHECK(x_fleet_values(options, "Conflicts").empty());
}

TEST_CASE("A quoted truth makes a unit global as well") {
  CHECK(is_global(x_fleet({{"Global", "\"Yes\""}})));
  CHECK(is_global(x_fleet({{"Global", "\"no\" \"true\""}})));
  CHECK_FALSE(is_global(x_fleet({{"Global", "\"true\" \"no\""}})));
}

TEST_CASE("What hardly anyone means is warned of") {
  struct Row {
    UnitOptions options;
    const char* unit;
    const char* warning;
  };

  const UnitOption start{"Service", "ExecStart", "/x"};
  const std::vector<Row> rows = {
      {{start, {"X-Fleet", "Conflict", "a"}}, "a@.service", "did you mean Conflicts?"},
      {{start, {"X-Fleet", "Zzzzzz", "a"}}, "a@.service", "Fleet doesn't know 'Zzzzzz'"},
      {{start, {"X-Fleet", "Global", "true"}}, "a@.service", "Global=true"},
      {{{"Service", "User", "core"}}, "a@.service", "no ExecStart"},
      {{start, {"Service", "ExecStart", ""}}, "a@.service", "no ExecStart"},
      {{start, {"Service", "A", "b\nC=d"}}, "a@.service", "Fleet won't store [Service] A"},
  };
  for (const auto& row : rows) {
    INFO(row.warning);
    const auto warnings = unit_warnings(row.options, row.unit);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings.front().find(row.warning) != std::string::npos);
  }
}

TEST_CASE("A plain unit is not warned of") {
  const UnitOption start{"Service", "ExecStart", "/x"};
  CHECK(unit_warnings({start, {"X-Fleet", "Conflicts", "a@*.service"}}, "a@.service").empty());
  CHECK(unit_warnings({start, {"X-Fleet", "Global", "true"}}, "a.service").empty());
  CHECK(unit_warnings({{"Timer", "OnCalendar", "daily"}}, "a@.timer").empty());
  CHECK(unit_warnings({start, {"Service", "ExecStop", "/a \\\n  -b"}}, "a@.service").empty());
}
