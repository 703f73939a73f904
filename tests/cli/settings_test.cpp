#include "cli/settings.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Setting setting(std::string text) {
  return {.text = std::move(text), .source = "--x"};
}

}  // namespace

TEST_CASE("The strongest source of a setting decides") {
  std::map<std::string, std::string> variables{{"SCALE_FLEET_ENDPOINT", "2"},
                                               {"FLEETCTL_ENDPOINT", "3"},
                                               {"FLEET_ENDPOINT", "4"},
                                               {"FLEET_HOST", "5"}};
  std::map<std::string, Setting> file{{"endpoint", {.text = "6", .source = "f.yaml:1: endpoint"}}};
  Arguments arguments{.command = "scale", .words = {}, .options = {{"--endpoint", {"1"}}}};
  const auto found = [&] {
    return find_setting(
        {.arguments = arguments, .environment = environment_of(variables), .file = file},
        "endpoint");
  };
  CHECK(found()->text == "1");
  CHECK(found()->source == "--endpoint");
  arguments.options.clear();
  for (const auto* const variable :
       {"SCALE_FLEET_ENDPOINT", "FLEETCTL_ENDPOINT", "FLEET_ENDPOINT", "FLEET_HOST"}) {
    CHECK(found()->text == variables.at(variable));
    CHECK(found()->source == variable);
    variables.erase(variable);
  }
  CHECK(found()->text == "6");
  CHECK(found()->source == "f.yaml:1: endpoint");
  file.clear();
  CHECK_FALSE(found());
}

TEST_CASE("fleetctl's variables count for the options that fleetctl has") {
  struct Row {
    const char* option;
    const char* variable;
    bool counts;
  };

  const Arguments none{};
  for (const auto& row : std::vector<Row>{{"ca-file", "FLEETCTL_CA_FILE", true},
                                          {"cert-file", "FLEETCTL_CERT_FILE", true},
                                          {"key-file", "FLEETCTL_KEY_FILE", true},
                                          {"request-timeout", "FLEETCTL_REQUEST_TIMEOUT", true},
                                          {"debug", "FLEETCTL_DEBUG", true},
                                          {"retries", "FLEETCTL_RETRIES", false},
                                          {"output", "FLEETCTL_OUTPUT", false},
                                          {"retries", "SCALE_FLEET_RETRIES", true},
                                          {"no-color", "SCALE_FLEET_NO_COLOR", true},
                                          {"ca-file", "FLEET_CA_FILE", false},
                                          {"retries", "RETRIES", false}}) {
    CAPTURE(row.variable);
    const auto found = find_setting(
        {.arguments = none, .environment = environment_of({{row.variable, "x"}}), .file = {}},
        row.option);
    CHECK(found.has_value() == row.counts);
  }
}

TEST_CASE("A whole number is decimal digits between its ends") {
  struct Row {
    const char* text;
    std::optional<unsigned> number;
  };

  for (const auto& row : std::vector<Row>{{"3", 3},
                                          {"7", 7},
                                          {"005", 5},
                                          {"2", std::nullopt},
                                          {"8", std::nullopt},
                                          {"", std::nullopt},
                                          {" 5", std::nullopt},
                                          {"5 ", std::nullopt},
                                          {"+5", std::nullopt},
                                          {"-5", std::nullopt},
                                          {"5.0", std::nullopt},
                                          {"0x5", std::nullopt},
                                          {"five", std::nullopt},
                                          {"4294967301", std::nullopt}}) {
    CAPTURE(row.text);
    const auto number = to_whole_number(setting(row.text), 3, 7);
    REQUIRE(number.has_value() == row.number.has_value());
    if (number) CHECK(*number == *row.number);
  }
  CHECK(to_whole_number(setting("8\n"), 3, 7).error() ==
        Error{.kind = ErrorKind::usage,
              .message = "--x takes a whole number from 3 to 7, not '8\\x0a'"});
}

TEST_CASE("Seconds may have a decimal point, and lie between their ends") {
  struct Row {
    const char* text;
    std::optional<Duration> duration;
  };

  for (const auto& row : std::vector<Row>{{"1", 1s},
                                          {"0.5", 500ms},
                                          {".5", 500ms},
                                          {"60", 60s},
                                          {"1.25", 1250ms},
                                          {"0.499", std::nullopt},
                                          {"60.1", std::nullopt},
                                          {"0", std::nullopt},
                                          {"", std::nullopt},
                                          {".", std::nullopt},
                                          {"1.2.3", std::nullopt},
                                          {"1e1", std::nullopt},
                                          {"-1", std::nullopt},
                                          {"+1", std::nullopt},
                                          {"10s", std::nullopt},
                                          {"inf", std::nullopt},
                                          {"nan", std::nullopt},
                                          {"99999999999999999999999999", std::nullopt}}) {
    CAPTURE(row.text);
    const auto duration = to_seconds(setting(row.text), 500ms, 60s);
    REQUIRE(duration.has_value() == row.duration.has_value());
    if (duration) CHECK(*duration == *row.duration);
  }
  CHECK(to_seconds(setting("x"), 500ms, 60s).error().message ==
        "--x takes seconds from 0.5 to 60, not 'x'");
}

TEST_CASE("A switch is bare, or a word for yes or no") {
  for (const auto* text : {"", "true", "TRUE", "yes", "on", "1"})
    CHECK(to_switch(setting(text)) == true);
  for (const auto* text : {"false", "No", "off", "0"})
    CHECK(to_switch(setting(text)) == false);
  for (const auto* text : {"2", "y", "truee", " true"}) {
    CAPTURE(text);
    REQUIRE_FALSE(to_switch(setting(text)));
    CHECK(to_switch(setting(text)).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("A choice is one of its words, letter by letter") {
  const std::vector<std::string_view> choices{"text", "json"};
  CHECK(to_choice(setting("text"), choices) == 0U);
  CHECK(to_choice(setting("json"), choices) == 1U);
  for (const auto* text : {"", "JSON", "jso", "yaml"}) {
    REQUIRE_FALSE(to_choice(setting(text), choices));
  }
  CHECK(to_choice(setting("yaml"), choices).error().message == "--x takes text, json, not 'yaml'");
}
