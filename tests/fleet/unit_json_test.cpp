#include "scale_fleet/fleet/unit_json.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A unit.json for Fleet's API is read with every option in its place") {
  const auto unit = parse_unit_json(R"({
  "desiredState": "launched",
  "options": [
    {"section": "Service", "name": "ExecStartPre", "value": "-/usr/bin/docker kill %p-%i"},
    {"section": "Service", "name": "ExecStart"},
    {"section": "Service", "name": "ExecStart", "value": "/bin/sh -c \"a\u00e9\""},
    {"section": "X-Fleet", "name": "Conflicts", "value": "%p@*.service"}
  ],
  "name": "my_app@.service"
})",
                                    "unit.json");
  REQUIRE(unit);
  CHECK(unit->name == "my_app@.service");
  CHECK(unit->desired_state == JobState::launched);
  CHECK(unit->options == UnitOptions{{"Service", "ExecStartPre", "-/usr/bin/docker kill %p-%i"},
                                     {"Service", "ExecStart", ""},
                                     {"Service", "ExecStart", "/bin/sh -c \"a\xc3\xa9\""},
                                     {"X-Fleet", "Conflicts", "%p@*.service"}});
}

TEST_CASE("Only the options must be there") {
  const auto unit = parse_unit_json(R"({"options": []})", "unit.json");
  REQUIRE(unit);
  CHECK(*unit == UnitFromJson{});
}

TEST_CASE("What Fleet answers to a GET can be read") {
  CHECK(parse_unit_json(
      R"({"currentState":"launched","desiredState":"launched","machineID":"abc1",
          "name":"a@1.service","options":[{"name":"ExecStart","section":"Service","value":"x"}]})",
      "unit.json"));
}

TEST_CASE("A unit.json that isn't one says what is wrong and where") {
  struct Row {
    std::string text;
    std::string message;
  };

  const std::string deep(100'000, '[');
  const std::vector<Row> rows = {
      {"{\n  \"options\": [\n    {\"section\": \"a\",}\n  ]\n}",
       "unit.json:3:21: this is not JSON: "},
      {"", "unit.json:1:1: this is not JSON: "},
      {"{\"name\": 1e999}", "unit.json: a number in it is too large"},
      {"{\"options\": []} x", "unit.json:1:17: this is not JSON: "},
      {"{\"options\": [{\"section\": \"\xff\"}]}", "unit.json:1:27: this is not JSON: "},
      {"[]", "unit.json: a unit is a JSON object with \"options\", but this is an array"},
      {"\"x\"", "unit.json: a unit is a JSON object with \"options\", but this is a string"},
      {"{}", "unit.json: \"options\" is missing"},
      {R"({"options": null})", "unit.json: \"options\" is null, not a list"},
      {R"({"options": {}})", "unit.json: \"options\" is an object, not a list"},
      {R"({"option": []})", "unit.json: unknown key \"option\"; did you mean \"options\"?"},
      {R"({"Options": []})", "unit.json: unknown key \"Options\"; did you mean \"options\"?"},
      {R"({"options": [], "zzzzzzzz": 1})",
       "unit.json: unknown key \"zzzzzzzz\"; known are desiredState, options, name, "
       "currentState, machineID"},
      {R"({"options": [], "name": 1})", "unit.json: \"name\" is a number, not a string"},
      {R"({"options": [], "desiredState": "running"})",
       "unit.json: \"desiredState\" is \"running\"; Fleet knows inactive, loaded and launched"},
      {R"({"options": [], "desiredState": null})",
       "unit.json: \"desiredState\" is null, not a string"},
      {R"({"options": [{"section": "a", "name": "b"}, 7]})",
       "unit.json: option 2: it is a number, not an object with section, name and value"},
      {R"({"options": [null]})",
       "unit.json: option 1: it is null, not an object with section, name and value"},
      {R"({"options": [{"section": "a", "value": "b"}]})",
       "unit.json: option 1: \"name\" is missing"},
      {R"({"options": [{"name": "a", "value": "b"}]})",
       "unit.json: option 1: \"section\" is missing"},
      {R"({"options": [{"section": "a", "name": "b", "value": 5}]})",
       "unit.json: option 1: \"value\" is a number, not a string"},
      {R"({"options": [{"section": "a", "name": "b", "valu": "5"}]})",
       "unit.json: option 1: unknown key \"valu\"; did you mean \"value\"?"},
      {R"({"options": [], "options": []})",
       "unit.json: the key \"options\" stands twice in one object"},
      {R"({"options": [{"section": "a", "name": "b", "name": "c"}]})",
       "unit.json: the key \"name\" stands twice in one object"},
      {R"({"options": )" + deep + std::string(deep.size(), ']') + "}",
       "unit.json: it is nested deeper than 8 levels"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 200));
    const auto unit = parse_unit_json(row.text, "unit.json");
    REQUIRE_FALSE(unit);
    CHECK(unit.error().kind == ErrorKind::usage);
    CAPTURE(unit.error().message);
    CHECK(unit.error().message.substr(0, row.message.size()) == row.message);
  }
}

TEST_CASE("The same key in two objects is not twice in one") {
  CHECK(parse_unit_json(
      R"({"name": "x", "options": [{"section": "a", "name": "b"}, {"section": "a", "name": "b"}]})",
      "unit.json"));
}

TEST_CASE("What the file holds can't forge a line of output") {
  const auto unit = parse_unit_json("{\"\\u001b[2J\\n\": 1}", "a\nb");
  REQUIRE_FALSE(unit);
  for (const char c : unit.error().message)
    CHECK(static_cast<unsigned char>(c) >= 0x20);
}
