#include "scale_fleet/fleet/fleet_json.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

Unit whole_unit() {
  return {.name = "my_app@1.service",
          .options = {{"Service", "ExecStart", "/bin/sh -c \"a\"\n"},
                      {"Service", "ExecStart", ""},
                      {"X-Fleet", "Conflicts", "my_app@*.service"}},
          .desired_state = JobState::launched,
          .current_state = JobState::loaded,
          .machine_id = "abc"};
}

struct Row {
  std::string text;
  std::string why;
};

template <typename Read>
void check_refused(const std::vector<Row>& rows, Read read) {
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 100), row.why);
    const auto result = read(row.text);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::refused);
    CAPTURE(result.error().message);
    CHECK(result.error().message.find(row.why) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("An empty object is an empty page") {
  for (const auto* text : {"{}", " {}\n", R"({"units": []})", R"({"units": null})"}) {
    CAPTURE(text);
    const auto page = read_unit_page(text);
    REQUIRE(page);
    CHECK(page->items.empty());
    CHECK_FALSE(page->next_token);
  }
  CHECK(read_state_page("{}"));
  CHECK(read_machine_page("{}"));
}

TEST_CASE("A page of nothing but a token is one, and an empty token is none") {
  const auto page = read_unit_page(R"({"nextPageToken": "ZAACAA=="})");
  REQUIRE(page);
  CHECK(page->next_token == "ZAACAA==");
  CHECK_FALSE(read_unit_page(R"({"units": [], "nextPageToken": ""})")->next_token);
}

TEST_CASE("What isn't a list of Fleet's is an error and never an empty list") {
  const std::vector<Row> rows{
      {"", "it is empty"},
      {" ", "it is not JSON"},
      {"<html><body>login</body></html>", "it is not JSON (it begins: <html><body>login"},
      {"404 page not found\n", "it is not JSON (it begins: 404 page not found)"},
      {R"({"units": [{"name": "a@1.service")", "it is not JSON"},
      {R"({"units": []} x)", "it is not JSON"},
      {"{'units': []}", "it is not JSON"},
      {"[]", "it is not a JSON object"},
      {"null", "it is not a JSON object"},
      {"\"units\"", "it is not a JSON object"},
      {R"({"error": {"code": 500, "message": "no"}})", "it has neither \"units\""},
      {R"({"action": "get", "node": {"key": "/"}})", "it has neither \"units\""},
      {R"({"Units": []})", "it has neither \"units\""},
      {R"({"states": []})", "it has neither \"units\""},
      {R"({"units": {}})", "its \"units\" is not a list"},
      {R"({"units": "none"})", "its \"units\" is not a list"},
      {R"({"units": [null]})", "its \"units\" holds something else"},
      {R"({"units": ["a@1.service"]})", "its \"units\" holds something else"},
      {R"({"units": [{}]})", "an entry has no name"},
      {R"({"units": [{"name": ""}]})", "an entry has no name"},
      {R"({"units": [{"name": 1}]})", "its \"name\" is not a string"},
      {R"({"units": [{"name": "a", "options": "x"}]})", "its \"options\" is not a list"},
      {R"({"units": [{"name": "a", "options": [1]}]})", "its \"options\" holds something else"},
      {R"({"units": [{"name": "a", "options": [{"value": 1}]}]})", "its \"value\" is not a string"},
      {R"({"units": [{"name": "a", "machineID": 7}]})", "its \"machineID\" is not a string"},
      {R"({"units": [], "nextPageToken": 5})", "its \"nextPageToken\" is not a string"},
      {R"({"nextPageToken": ")" + std::string(1025, 'A') + "\"}", "\"nextPageToken\" is too long"},
      {"{\"units\": " + nested(100'000) + "}", "it is nested too deeply"},
      {std::string(100'000, '['), "it is nested too deeply"},
      {"{\"units\": [" + repeated("{},", 2'000'000) + "{}]}", "it holds too many values"},
      {"{\"units\": [{\"name\": \"\xff\"}]}", "it is not JSON"},
      {R"({"units": [{"name": "\ud800"}]})", "it is not JSON"},
      {"<\x1b[2J>", "(it begins: <\\x1b[2J>)"}};
  check_refused(rows, read_unit_page);
}

TEST_CASE("Lists of states and of machines are read as strictly") {
  check_refused({{R"({"units": []})", "the reply is not Fleet's list of states"},
                 {R"({"states": [{"hash": "x"}]})", "an entry has no name"},
                 {R"({"states": [{"name": "a", "systemdActiveState": true}]})",
                  "its \"systemdActiveState\" is not a string"}},
                read_state_page);
  check_refused({{R"({"units": []})", "the reply is not Fleet's list of machines"},
                 {R"({"machines": [{"primaryIP": "10.0.0.1"}]})", "a machine has no id"}},
                read_machine_page);
  check_refused({{"{}", "the reply is not a unit of Fleet: an entry has no name"},
                 {R"({"units": []})", "an entry has no name"},
                 {"[]", "it is not a JSON object"}},
                read_unit);
}

TEST_CASE("Fields that are missing are empty, and unknown ones don't matter") {
  const auto unit = read_unit(R"({"name": "a@1.service", "kind": {"of": [1, 2]}})");
  REQUIRE(unit);
  CHECK(*unit == Unit{.name = "a@1.service"});
  const auto option = read_unit(R"({"name": "a", "options": [{}, {"name": "ExecStart"}]})");
  REQUIRE(option);
  CHECK(option->options == UnitOptions{{"", "", ""}, {"", "ExecStart", ""}});
  const auto state = read_state_page(R"({"states": [{"name": "a"}]})");
  REQUIRE(state);
  CHECK(state->items.at(0) == UnitState{.unit = "a"});
  const auto machine = read_machine_page(R"({"machines": [{"id": "m", "metadata": {"a": "b"}}]})");
  REQUIRE(machine);
  CHECK(machine->items.at(0) == Machine{.id = "m", .primary_ip = "", .metadata = {{"a", "b"}}});
}

TEST_CASE("A state that isn't one of Fleet's three words is none") {
  for (const auto* word : {"running", "Launched", "", "launched "}) {
    CAPTURE(word);
    const auto unit = read_unit(R"({"name": "a", "desiredState": ")" + std::string(word) + "\"}");
    REQUIRE(unit);
    CHECK_FALSE(unit->desired_state);
  }
  CHECK(read_unit(R"({"name": "a", "desiredState": "loaded"})")->desired_state == JobState::loaded);
}

TEST_CASE("Escapes become the characters that they mean") {
  const auto unit =
      read_unit(R"({"name": "a", "machineID": "\u00e9\ud83d\ude00\u003c\t\\\/\u0000"})");
  REQUIRE(unit);
  CHECK(unit->machine_id == std::string("\xc3\xa9\xf0\x9f\x98\x80<\t\\/\0", 11));
}

TEST_CASE("What is written is read as the same again") {
  const auto unit = whole_unit();
  CHECK(*read_unit(write_unit(unit)) == unit);
  const Unit bare{.name = "a@.service"};
  CHECK(*read_unit(write_unit(bare)) == bare);
  CHECK(write_unit(bare) == R"({"name":"a@.service"})");

  const auto units = read_unit_page(write_unit_page({.items = {unit, bare}, .next_token = "t=="}));
  REQUIRE(units);
  CHECK(units->items == std::vector<Unit>{unit, bare});
  CHECK(units->next_token == "t==");
  CHECK(write_unit_page({}) == "{}");

  const UnitState state{.unit = "a@1.service",
                        .machine_id = "m",
                        .load = "loaded",
                        .active = "active",
                        .sub = "running",
                        .hash = "da39"};
  CHECK(read_state_page(write_state_page({.items = {state}}))->items.at(0) == state);
  const Machine machine{.id = "m", .primary_ip = "10.0.0.1", .metadata = {{"role", "worker"}}};
  CHECK(read_machine_page(write_machine_page({.items = {machine}}))->items.at(0) == machine);
}

TEST_CASE("Bytes that aren't UTF-8 are replaced, as Go does, and never fail") {
  CHECK(read_unit(write_unit({.name = "a", .machine_id = "x\xff\xfey"}))->machine_id ==
        "x\xef\xbf\xbd\xef\xbf\xbdy");
  CHECK(read_error_message(write_error(500, "\x80")) == "\xef\xbf\xbd");
}

TEST_CASE("A PUT's body holds options only where they are given") {
  CHECK(write_put_body(JobState::loaded, nullptr) == R"({"desiredState":"loaded"})");
  const UnitOptions none;
  CHECK(write_put_body(JobState::inactive, &none) == R"({"desiredState":"inactive","options":[]})");
  const UnitOptions options{{"Service", "ExecStart", ""}};
  CHECK(write_put_body(JobState::launched, &options) ==
        R"({"desiredState":"launched","options":[{"name":"ExecStart","section":"Service"}]})");
}

TEST_CASE("Only Fleet's own error object holds a message") {
  struct MessageRow {
    std::string text;
    std::optional<std::string> message;
  };

  const std::vector<MessageRow> rows{{write_error(409, "no"), "no"},
                                     {write_error(500, ""), ""},
                                     {R"({"error": {"message": "no", "errors": []}})", "no"},
                                     {R"({"error": {"code": 404}})", std::nullopt},
                                     {R"({"error": {"message": null}})", std::nullopt},
                                     {R"({"error": "no"})", std::nullopt},
                                     {R"({"message": "no"})", std::nullopt},
                                     {"{}", std::nullopt},
                                     {"[]", std::nullopt},
                                     {"", std::nullopt},
                                     {"<html>", std::nullopt},
                                     {nested(100'000), std::nullopt}};
  for (const auto& row : rows) {
    CAPTURE(row.text.substr(0, 100));
    CHECK(read_error_message(row.text) == row.message);
  }
}
