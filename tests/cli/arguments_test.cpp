#include "cli/arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

using Words = std::vector<std::string>;

Result<Arguments> parse(const Words& argv) {
  return parse_arguments(argv, command_table());
}

}  // namespace

TEST_CASE("The command is the first word that is one, else scale") {
  struct Row {
    Words argv;
    const char* command;
    Words words;
  };

  const std::vector<Row> rows{
      {{}, "scale", {}},
      {{"my_app", "5"}, "scale", {"my_app", "5"}},
      {{"my_app", "-1"}, "scale", {"my_app", "-1"}},
      {{"my_app", "+2"}, "scale", {"my_app", "+2"}},
      {{"web=5", "worker=-3"}, "scale", {"web=5", "worker=-3"}},
      {{"--", "my_app", "-1"}, "scale", {"my_app", "-1"}},
      {{"my_app", "--", "-1"}, "scale", {"my_app", "-1"}},
      {{"my_app", "5", "--", "--quiet=x"}, "scale", {"my_app", "5", "--quiet=x"}},
      {{"scale", "status", "5"}, "scale", {"status", "5"}},
      {{"scale", "run", "5"}, "scale", {"run", "5"}},
      {{"status"}, "status", {}},
      {{"status", "a", "b"}, "status", {"a", "b"}},
      {{"--endpoint", "status", "submit", "f"}, "submit", {"f"}},
      {{"--endpoint=http://h", "status", "a"}, "status", {"a"}},
      {{"--quiet", "status", "a"}, "status", {"a"}},
      {{"my_app", "status"}, "scale", {"my_app", "status"}},
      {{"submit", "a.service", "--replace", "b.service"}, "submit", {"a.service", "b.service"}},
      {{"my_app", "[3]"}, "scale", {"my_app", "[3]"}},
      {{"[web,1]", "[]"}, "scale", {"[web,1]", "[]"}},
      {{"completion", "bash"}, "completion", {"bash"}}};
  for (const auto& row : rows) {
    CAPTURE(row.argv);
    const auto arguments = parse(row.argv);
    REQUIRE(arguments);
    CHECK(arguments->command == row.command);
    CHECK(arguments->words == row.words);
  }
}

TEST_CASE("Options stand anywhere, and keep their values as they were written") {
  for (const auto& argv :
       std::vector<Words>{{"--retries", "010", "--dry-run", "my_app", "5"},
                          {"my_app", "--retries=010", "5", "--dry-run"},
                          {"my_app", "5", "--dry-run", "--retries", "010"},
                          {"scale", "--dry-run", "my_app", "--retries", "010", "5"}}) {
    CAPTURE(argv);
    const auto arguments = parse(argv);
    REQUIRE(arguments);
    CHECK(arguments->words == Words{"my_app", "5"});
    CHECK(arguments->has("--dry-run"));
    CHECK_FALSE(arguments->has("--quiet"));
    CHECK(arguments->options.at("--retries") == Words{"010"});
  }
}

TEST_CASE("A value may be anything, a negative number too") {
  for (const auto* value : {"-1", "a b", "[a,b]", "%x", "a=b", "\xc3\xa9"}) {
    CAPTURE(value);
    const auto arguments = parse({"my_app", "5", std::string("--endpoint=") + value});
    REQUIRE(arguments);
    CHECK(arguments->options.at("--endpoint") == Words{value});
    CHECK(arguments->words == Words{"my_app", "5"});
  }
}

TEST_CASE("Only what may be repeated is") {
  const auto twice = parse({"sandbox", "--fault", "a", "--fault=b", "--fault", "[c,d]"});
  REQUIRE(twice);
  CHECK(twice->options.at("--fault") == Words{"a", "b", "[c,d]"});
  const auto switches = parse({"my_app", "5", "--quiet", "--quiet"});
  REQUIRE(switches);
  CHECK(switches->options.at("--quiet") == Words{""});
  const auto endpoints = parse({"my_app", "5", "--endpoint", "a", "--endpoint", "a"});
  REQUIRE_FALSE(endpoints);
  CHECK(endpoints.error().message == "the option --endpoint is given twice");
}

TEST_CASE("What can't be understood is a usage error that names it") {
  struct Row {
    Words argv;
    const char* message;
  };

  const std::vector<Row> rows{
      {{"my_app", "5", "--dry-rum"}, "the option --dry-rum is not known; did you mean --dry-run?"},
      {{"my_app", "5", "--zzzzzzzzzz"}, "the option --zzzzzzzzzz is not known"},
      {{"my_app", "5", "--zzzzzzzzzz=1"}, "the option --zzzzzzzzzz is not known"},
      {{"my_app", "5", "--replace"}, "the option --replace belongs to 'scale-fleet submit'"},
      {{"status", "--batch", "3"}, "the option --batch belongs to 'scale-fleet scale'"},
      {{"my_app", "5", "-x"}, "the option -x is not known"},
      {{"my_app", "5", "--endpoint"}, "--endpoint"},
      {{"my_app", "5", "--quiet=false"}, "the option --quiet takes no value"},
      {{"submit", "f", "--replace=false"}, "the option --replace takes no value"},
      {{"--dry-run=no", "my_app", "5"}, "the option --dry-run takes no value"},
      {{"my_app", "5", "--\x1b[2J"}, "--\\x1b[2J"}};
  for (const auto& row : rows) {
    CAPTURE(row.argv);
    const auto arguments = parse(row.argv);
    REQUIRE_FALSE(arguments);
    CHECK(arguments.error().kind == ErrorKind::usage);
    CAPTURE(arguments.error().message);
    CHECK(arguments.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("A word that is reserved is no service, unless scale says so") {
  for (const auto word : reserved_words()) {
    CAPTURE(word);
    const auto refused = parse({std::string(word), "5"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
    CHECK(refused.error().message.find("scale-fleet scale " + std::string(word) + " COUNT") !=
          std::string::npos);
    CHECK(parse({"scale", std::string(word), "5"}));
    CHECK(parse({std::string(word) + "=5"}));
  }
}

TEST_CASE("An empty value behind an equals sign is not the next word's") {
  for (const auto& argv :
       {Words{"--endpoint=", "my_app", "3"}, Words{"my_app", "3", "--parallel="}}) {
    const auto arguments = parse(argv);
    REQUIRE_FALSE(arguments);
    CHECK(arguments.error().message.find("is given an empty value") != std::string::npos);
  }
}
