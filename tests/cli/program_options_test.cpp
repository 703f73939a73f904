#include "cli/program_options.hpp"

#include <cctype>

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Variables = std::map<std::string, std::string>;

struct Given {
  std::vector<std::string> argv = {};
  Variables variables = {};
  std::map<std::string, Setting> file = {};
  bool has_socket = false;
};

Result<ProgramOptions> read(const Given& given) {
  auto argv = given.argv;
  argv.insert(argv.end(), {"my_app", "5"});
  const auto arguments = parse_arguments(argv, command_table());
  REQUIRE(arguments);
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = given.variables.find(name);
    return found == given.variables.end() ? std::nullopt : std::optional(found->second);
  };
  return read_program_options(
      {.arguments = *arguments, .environment = environment, .file = given.file},
      {.has_fleet_socket = given.has_socket,
       .can_read_file = [](const std::string& path) { return path.starts_with("/there"); }});
}

std::string endpoint_of(const Given& given) {
  const auto options = read(given);
  REQUIRE(options);
  return options->endpoint.display();
}

}  // namespace

TEST_CASE("Where nothing is said, the defaults hold") {
  const auto options = read({});
  REQUIRE(options);
  CHECK(options->endpoint.display() == "http://127.0.0.1:49153");
  CHECK(endpoint_of({.has_socket = true}) == "unix:///var/run/fleet.sock");
  CHECK(options->request_timeout == 10s);
  CHECK(options->retries == 10);
  CHECK(options->lock_timeout == 60s);
  CHECK_FALSE(options->json);
  CHECK_FALSE(options->quiet);
  CHECK_FALSE(options->verbose);
  CHECK_FALSE(options->debug);
  CHECK_FALSE(options->no_color);
  CHECK(options->lock_etcd.empty());
  CHECK(options->warnings.empty());
}

TEST_CASE("Every option is taken from a flag, a variable or the file") {
  const auto check = [](const Given& given) {
    const auto options = read(given);
    REQUIRE(options);
    CHECK(options->endpoint.display() == "https://fleet:1");
    CHECK(options->tls.ca == "/there/ca");
    CHECK(options->tls.certificate == "/there/cert");
    CHECK(options->tls.key == "/there/key");
    CHECK(options->request_timeout == 1500ms);
    CHECK(options->retries == 0);
    CHECK(options->json);
    CHECK(options->quiet);
    CHECK(options->debug);
    CHECK(options->no_color);
    CHECK(options->lock_timeout == 0s);
    REQUIRE(options->lock_etcd.size() == 2);
    CHECK(options->lock_etcd[1].display() == "http://b:2379");
  };
  const Variables values{{"endpoint", "https://fleet:1"},
                         {"ca-file", "/there/ca"},
                         {"cert-file", "/there/cert"},
                         {"key-file", "/there/key"},
                         {"request-timeout", "1.5"},
                         {"retries", "0"},
                         {"output", "json"},
                         {"lock-etcd", "http://a:2379,http://b:2379"},
                         {"lock-timeout", "0"}};
  const std::vector<std::string> switches{"quiet", "debug", "no-color"};
  Given flags;
  Given variables;
  Given file;
  const auto set_variable = [&](const std::string& name, const std::string& value) {
    std::string variable = "SCALE_FLEET_";
    for (const char c : name)
      variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    variables.variables[variable] = value;
  };
  for (const auto& [name, value] : values) {
    flags.argv.insert(flags.argv.end(), {"--" + name, value});
    set_variable(name, value);
    file.file[name] = {.text = value, .source = "f.yaml"};
  }
  for (const auto& name : switches) {
    flags.argv.push_back("--" + name);
    set_variable(name, "true");
    file.file[name] = {.text = "true", .source = "f.yaml"};
  }
  check(flags);
  check(variables);
  check(file);
}

TEST_CASE("Only the variables of the blog's script may lack the scheme") {
  CHECK(endpoint_of({.variables = {{"FLEET_HOST", "fleet:49153"}}}) == "http://fleet:49153");
  CHECK(endpoint_of({.variables = {{"FLEET_ENDPOINT", "fleet:49153"}}}) == "http://fleet:49153");
  CHECK(endpoint_of({.variables = {{"FLEET_ENDPOINT", "unix:///f.sock"}}}) == "unix:///f.sock");
  CHECK_FALSE(read({.variables = {{"FLEETCTL_ENDPOINT", "fleet:49153"}}}));
  CHECK_FALSE(read({.argv = {"--endpoint", "fleet:49153"}}));
}

TEST_CASE("Of several endpoints the first is used, with a warning") {
  const auto options = read({.variables = {{"FLEETCTL_ENDPOINT", "http://a:1,http://b:1"}}});
  REQUIRE(options);
  CHECK(options->endpoint.display() == "http://a:1");
  CHECK(options->warnings ==
        std::vector<std::string>{"FLEETCTL_ENDPOINT lists several endpoints; the first is used"});
}

TEST_CASE("A flag overrules a variable that says no") {
  const auto options = read({.argv = {"--quiet"}, .variables = {{"SCALE_FLEET_QUIET", "false"}}});
  REQUIRE(options);
  CHECK(options->quiet);
  const auto off = read({.variables = {{"SCALE_FLEET_QUIET", "false"}},
                         .file = {{"quiet", {.text = "true", .source = "f.yaml"}}}});
  REQUIRE(off);
  CHECK_FALSE(off->quiet);
}

TEST_CASE("What can't be is a usage error that names its source") {
  struct Row {
    Given given;
    const char* message;
  };

  const std::vector<Row> rows{
      {{.argv = {"--endpoint", "ftp://x"}}, "--endpoint: 'ftp://x' is not an endpoint"},
      {{.variables = {{"SCALE_FLEET_RETRIES", "many"}}},
       "SCALE_FLEET_RETRIES takes a whole number from 0 to 100, not 'many'"},
      {{.file = {{"retries", {.text = "101", .source = "f.yaml:3: retries"}}}},
       "f.yaml:3: retries takes a whole number from 0 to 100, not '101'"},
      {{.argv = {"--request-timeout", "0"}},
       "--request-timeout takes seconds from 0.001 to 3600, not '0'"},
      {{.argv = {"--lock-timeout", "86401"}}, "--lock-timeout takes seconds from 0 to 86400"},
      {{.argv = {"--output", "yaml"}}, "--output takes text, json, not 'yaml'"},
      {{.variables = {{"SCALE_FLEET_DEBUG", "2"}}}, "SCALE_FLEET_DEBUG takes true or false"},
      {{.argv = {"--quiet", "--verbose"}}, "--quiet and --verbose contradict each other"},
      {{.argv = {"--endpoint", "https://h", "--ca-file", "/gone"}},
       "--ca-file: the file /gone can't be read"},
      {{.argv = {"--endpoint", "https://h", "--cert-file", "/there"}},
       "--cert-file and --key-file go together"},
      {{.argv = {"--endpoint", "https://h", "--key-file", "/there"}},
       "--cert-file and --key-file go together"},
      {{.argv = {"--ca-file", "/there"}},
       "certificates are for an https endpoint, and http://127.0.0.1:49153 is none"},
      {{.argv = {"--lock-etcd", "nonsense"}}, "nonsense"}};
  for (const auto& row : rows) {
    CAPTURE(row.message);
    const auto options = read(row.given);
    REQUIRE_FALSE(options);
    CHECK(options.error().kind == ErrorKind::usage);
    CAPTURE(options.error().message);
    CHECK(options.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("No error shows the credentials of an endpoint") {
  const auto options = read({.argv = {"--endpoint", "http://jo:s3cret@h:0"}});
  REQUIRE_FALSE(options);
  CHECK(options.error().message.find("s3cret") == std::string::npos);
}
