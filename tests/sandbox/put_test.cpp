#include <string>
#include <vector>

#include "sandbox/api_fixture.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

const UnitOptions other = {{"Service", "ExecStart", "/bin/b"}};

}  // namespace

// The messages of the next two cases are those of a real fleetd 1.0.0, asked one by one.

TEST_CASE("A body that isn't JSON is refused in Go's words") {
  struct Row {
    const char* body;
    const char* message;
  };

  for (const auto& row :
       {Row{"", "EOF"},
        Row{"  ", "EOF"},
        Row{"h", "invalid character 'h' looking for beginning of value"},
        Row{"{", "unexpected EOF"},
        Row{"[1,", "unexpected EOF"},
        Row{"nul", "unexpected EOF"},
        Row{"\"", "unexpected EOF"},
        Row{"-", "unexpected EOF"},
        Row{R"({"a":"\)", "unexpected EOF"},
        Row{R"({"a"})", "invalid character '}' after object key"},
        Row{R"({"a" 1})", "invalid character '1' after object key"},
        Row{R"({"a":})", "invalid character '}' looking for beginning of value"},
        Row{R"({"a":1,})", "invalid character '}' looking for beginning of object key string"},
        Row{"{'a':1}", R"(invalid character '\'' looking for beginning of object key string)"},
        Row{R"({"a":1 "b":2})", "invalid character '\"' after object key:value pair"},
        Row{R"({"a":01})", "invalid character '1' after object key:value pair"},
        Row{R"({"a":[1 2]})", "invalid character '2' after array element"},
        Row{R"({"a":[1,]})", "invalid character ']' looking for beginning of value"},
        Row{"{\"a\":\"\x01\"}", R"(invalid character '\x01' in string literal)"},
        Row{"{\"a\":\"\n\"}", R"(invalid character '\n' in string literal)"},
        Row{R"({"a":"\x"})", "invalid character 'x' in string escape code"},
        Row{R"({"a":"\u12"})", R"(invalid character '"' in \u hexadecimal character escape)"},
        Row{R"({"a":-})", "invalid character '}' in numeric literal"},
        Row{R"({"a":1.})", "invalid character '}' after decimal point in numeric literal"},
        Row{R"({"a":1e})", "invalid character '}' in exponent of numeric literal"},
        Row{R"({"a":tru})", "invalid character '}' in literal true (expecting 'e')"},
        Row{R"({"a":fa1se})", "invalid character '1' in literal false (expecting 'l')"},
        Row{"\xef\xbb\xbf{}", "invalid character '\xc3\xaf' looking for beginning of value"},
        Row{"[]", "json: cannot unmarshal array into Go value of type schema.Unit"},
        Row{"7", "json: cannot unmarshal number into Go value of type schema.Unit"},
        Row{"1e999", "json: cannot unmarshal number into Go value of type schema.Unit"},
        Row{"true", "json: cannot unmarshal bool into Go value of type schema.Unit"},
        Row{R"({"name":{}})",
            "json: cannot unmarshal object into Go struct field Unit.name of type string"},
        Row{R"({"machineID":7})",
            "json: cannot unmarshal number into Go struct field Unit.machineID of type string"},
        Row{R"({"name":false,"desiredState":7})",
            "json: cannot unmarshal bool into Go struct field Unit.name of type string"},
        Row{R"({"options":{}})",
            "json: cannot unmarshal object into Go struct field Unit.options of type "
            "[]*schema.UnitOption"},
        Row{R"({"options":[1]})",
            "json: cannot unmarshal number into Go struct field Unit.options of type "
            "schema.UnitOption"},
        Row{R"({"options":[{"value":1}]})",
            "json: cannot unmarshal number into Go struct field UnitOption.options.value of type "
            "string"}}) {
    INFO(row.body);
    Sandbox sandbox;
    const auto reply = sandbox.put("a@1.service", row.body);
    CHECK(reply.response.status == 400);
    CHECK(message_of(reply) == std::string("unable to decode body: ") + row.message);
  }
}

TEST_CASE("Options that can't be stored or can't go together are refused in Fleet's words") {
  struct Row {
    UnitOptions options;
    const char* message;
  };

  const std::string newline = "unexpected newline encountered while parsing option name";
  const Row rows[] = {
      {{{"S", "A", std::string(2046, 'x')}}, "line too long (max 2048 bytes)"},
      {{{"S", "A", "l\\\n" + std::string(2048, 'x')}}, "line too long (max 2048 bytes)"},
      {{{"S", "A\nB", "x"}}, newline.c_str()},
      {{{"S", "A", "x\ny"}}, newline.c_str()},
      {{{"S", "A", "\nx"}}, newline.c_str()},
      {{{"S", "[A", "x"}}, "unable to find end of section"},
      {{{"Ser]vice", "A", "x"}}, "found garbage after section name : [118 105 99 101 93]"},
      {{{"S] #", "A", "x"}}, "found garbage after section name : [35 93]"},
      {{{"X-Fleet", "MachineID", "a"}, {"X-Fleet", "MachineOf", "b"}},
       "MachineID cannot be used with Peers"},
      {{{"X-Fleet", "MachineID", "a"}, {"X-Fleet", "Conflicts", "b"}},
       "MachineID cannot be used with Conflicts"},
      {{{"X-Fleet", "X-ConditionMachineID", "a"}, {"X-Fleet", "X-Conflicts", "b"}},
       "MachineID cannot be used with Conflicts"},
      {{{"X-Fleet", "MachineID", "a"}, {"X-Fleet", "Global", "true"}},
       "MachineID cannot be used with Global"},
      {{{"X-Fleet", "MachineID", "a"}, {"X-Fleet", "Replaces", "b"}},
       "MachineID cannot be used with Replaces"},
      {{{"X-Fleet", "Global", "true"}, {"X-Fleet", "MachineOf", "b"}},
       "Global cannot be used with Peers"},
      {{{"X-Fleet", "Global", "true"}, {"X-Fleet", "Replaces", "b"}},
       "Global cannot be used with Replaces"},
      {{{"X-Fleet", "Conflicts", "a"}, {"X-Fleet", "Replaces", "b"}},
       "Conflicts cannot be used with Replaces"},
      {{{"X-Fleet", "Conflicts", "a.*"}, {"X-Fleet", "MachineOf", "a.service"}},
       R"(unresolvable requirements: peer "a.service" matches conflict "a.*")"},
      {{{"X-Fleet", "Replaces", "a.*"}, {"X-Fleet", "MachineOf", "a.service"}},
       R"(unresolvable requirements: peer "a.service" matches replace "a.*")"},
  };
  for (const auto& row : rows) {
    Sandbox sandbox;
    const auto reply = sandbox.put("a@1.service", body_of(row.options));
    INFO(row.message);
    CHECK(reply.response.status == 400);
    CHECK(message_of(reply) == row.message);
    CHECK(sandbox.cluster.condition("a@1.service") == RecordCondition::missing);
  }
}

TEST_CASE("Options come back as the store reads them, and what came back stays as it is") {
  struct Row {
    UnitOptions sent;
    UnitOptions stored;
  };

  const std::string nbsp = "\xc2\xa0";
  const Row rows[] = {
      {{{"S", "A", std::string(2045, 'x')}}, {{"S", "A", std::string(2045, 'x')}}},
      {{{"S", "A", "  x  "}}, {{"S", "A", "x"}}},
      {{{"S", " A ", nbsp + "x" + nbsp}}, {{"S", "A", "x"}}},
      {{{"S", "A", ""}}, {{"S", "A", ""}}},
      {{{"", "", ""}}, {{"", "", ""}}},
      {{{" S ", "A", "x"}}, {{" S ", "A", "x"}}},
      {{{"S", "A=B", "x"}}, {{"S", "A", "B=x"}}},
      {{{"S", "A", "#x"}}, {{"S", "A", "#x"}}},
      {{{"S", "A", "x"}, {"S", "#c", "y\\"}, {"S", "B", "z"}}, {{"S", "A", "x"}}},
      {{{"S", "A", "x\nB=y"}}, {{"S", "A", "x"}, {"S", "B", "y"}}},
      {{{"S", "A", "x\n[T]\nB=y"}}, {{"S", "A", "x"}, {"T", "B", "y"}}},
      {{{"S", "A", "x\\"}}, {{"S", "A", "x\\\n"}}},
      {{{"S", "A", "x\\"}, {"S", "B", "y"}}, {{"S", "A", "x\\\nB=y"}}},
      {{{"S", "A", "x\\ "}, {"S", "B", "y"}}, {{"S", "A", "x\\"}, {"S", "B", "y"}}},
      {{{"S", "A", "x\\\n  y"}}, {{"S", "A", "x\\\n  y"}}},
      {{{"S", "A", "1"}, {"T", "B", "2"}, {"S", "C", "3"}},
       {{"S", "A", "1"}, {"S", "C", "3"}, {"T", "B", "2"}}},
  };
  for (const auto& row : rows) {
    INFO(write_unit_file(row.sent));
    Sandbox sandbox;
    REQUIRE(sandbox.put("a@1.service", body_of(row.sent)).response.status == 201);
    const auto stored = sandbox.cluster.unit("a@1.service")->options;
    CHECK(stored == row.stored);
    CHECK(sandbox.put("a@1.service", body_of(stored)).response.status == 204);
    CHECK(sandbox.cluster.unit("a@1.service")->options == stored);
  }
}

TEST_CASE("What a PUT does depends on what there is, and on what it brings") {
  enum class Before { nothing, instance, template_unit, broken };

  struct Row {
    Before before;
    const char* body;
    int status;
    const char* then;  // The desired state afterwards, and /bin/a or /bin/b.
  };

  const auto a = body_of(first_text, "launched");
  const auto b = body_of(other, "launched");
  const auto b_without_state = body_of(other, "");
  const auto a_flying = body_of(first_text, "flying");
  const auto b_flying = body_of(other, "flying");
  const auto unreadable = body_of({{"S", "A", "x\ny"}}, "launched");
  const Row rows[] = {
      {Before::nothing, "{}", 409, "missing"},
      {Before::nothing, "null", 409, "missing"},
      {Before::nothing, R"({"desiredState":"launched","options":null})", 409, "missing"},
      {Before::nothing, a.c_str(), 201, "launched /bin/a"},
      {Before::nothing, b_without_state.c_str(), 201, "inactive /bin/b"},
      {Before::nothing, a_flying.c_str(), 500, "missing"},
      {Before::instance, R"({"DESIREDSTATE":"loaded","color":1} x)", 204, "loaded /bin/a"},
      {Before::instance, a.c_str(), 204, "launched /bin/a"},
      {Before::instance, "{}", 409, "inactive /bin/a"},
      {Before::instance, b.c_str(), 201, "launched /bin/b"},
      {Before::instance, b_without_state.c_str(), 201, "inactive /bin/b"},
      {Before::instance, b_flying.c_str(), 500, "inactive /bin/a"},
      {Before::instance, a_flying.c_str(), 204, "broken"},
      {Before::instance, R"({"desiredState":"flying"})", 204, "broken"},
      {Before::instance, unreadable.c_str(), 201, "broken"},
      {Before::template_unit, R"({"desiredState":"launched"})", 400, "inactive /bin/a"},
      {Before::template_unit, R"({"desiredState":"loaded"})", 400, "inactive /bin/a"},
      {Before::template_unit, R"({"desiredState":"flying"})", 400, "inactive /bin/a"},
      {Before::template_unit, R"({"desiredState":"inactive"})", 204, "inactive /bin/a"},
      {Before::template_unit, b.c_str(), 201, "launched /bin/b"},
      {Before::broken, a.c_str(), 500, "broken"},
      {Before::broken, "{}", 500, "broken"},
  };
  for (const auto& row : rows) {
    INFO(row.body << " on " << static_cast<int>(row.before));
    Sandbox sandbox;
    const std::string name = row.before == Before::template_unit ? "a@.service" : "a@1.service";
    if (row.before != Before::nothing)
      sandbox.cluster.put_unit(name, first_text, JobState::inactive);
    if (row.before == Before::broken) sandbox.cluster.break_unit(name);
    CHECK(sandbox.put(name, row.body).response.status == row.status);
    std::string then = "missing";
    if (sandbox.cluster.condition(name) == RecordCondition::broken) then = "broken";
    if (const auto unit = sandbox.cluster.unit(name)) {
      then = std::string(to_string(*unit->desired_state)) + " " + unit->options.at(0).value;
    }
    CHECK(then == row.then);
  }
}

TEST_CASE("An option that is null makes fleetd panic, and no reply comes") {
  Sandbox sandbox;
  CHECK(sandbox.put("a@1.service", R"({"options":[null]})").delivery == Delivery::closed);
  sandbox.cluster.put_unit("a@1.service", first_text, JobState::inactive);
  CHECK(sandbox.put("a@1.service", R"({"options":[null]})").delivery == Delivery::closed);
  CHECK(sandbox.put("a", R"({"options":[null]})").response.status == 400);
}

TEST_CASE("A text that isn't Unicode is stored with the sign for that") {
  Sandbox sandbox;
  sandbox.put("a@1.service",
              "{\"options\":[{\"name\":\"a\\ud800b\xff\",\"value\":\"\\u00e9\\ud83d\\ude00\"}]}");
  const auto options = sandbox.cluster.unit("a@1.service")->options;
  CHECK(options.at(0).name ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd");
  CHECK(options.at(0).value == "\xc3\xa9\xf0\x9f\x98\x80");
}

TEST_CASE("A PUT's content type is one header that says application/json and nothing else") {
  struct Row {
    std::vector<Header> headers;
    int status;
  };

  for (const auto& row :
       {Row{{{"content-type", " application/json ;x"}}, 409},
        Row{{{"Content-Type", "Application/JSON"}}, 415},
        Row{{{"Content-Type", ""}}, 415},
        Row{{{"Content-Type", "application/json"}, {"Content-Type", "application/json"}}, 415},
        Row{{}, 415}}) {
    Sandbox sandbox;
    const auto reply = sandbox.send({.method = "PUT",
                                     .target = prefix + "/units/a@1.service",
                                     .headers = row.headers,
                                     .body = "{}"});
    CHECK(reply.response.status == row.status);
  }
}

TEST_CASE("Before 0.13 new options of a unit that exists are ignored, and its state is set") {
  Sandbox sandbox({.takes_new_options = false});
  CHECK(sandbox.put("a@1.service", body_of(first_text, "inactive")).response.status == 201);
  CHECK(sandbox.put("a@1.service", body_of(other, "launched")).response.status == 204);
  const auto stored = sandbox.cluster.unit("a@1.service");
  REQUIRE(stored);
  CHECK(stored->options == first_text);
  CHECK(stored->desired_state == JobState::launched);
  const auto without_state =
      sandbox.put("a@1.service", R"({"options":[{"section":"Service","name":"ExecStart"}]})");
  CHECK(without_state.response.status == 409);
  CHECK(message_of(without_state) == "must provide DesiredState to update existing unit");
  CHECK(sandbox.cluster.unit("a@1.service")->desired_state == JobState::launched);
}

TEST_CASE("Before 0.13 a template that exists is kept too, and can't be launched") {
  Sandbox sandbox({.takes_new_options = false});
  CHECK(sandbox.put("a@.service", body_of(first_text)).response.status == 201);
  CHECK(sandbox.put("a@.service", body_of(other)).response.status == 204);
  CHECK(sandbox.put("a@.service", body_of(other, "launched")).response.status == 400);
  CHECK(sandbox.cluster.unit("a@.service")->options == first_text);
}
