#include "cli/health_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

/// Of a program whose one command has these options and no others.
Result<HealthArguments> read_health(const Words& options) {
  const CommandTable table{.options = {},
                           .commands = {{.name = "deploy",
                                         .summary = "Release",
                                         .options = health_options(),
                                         .takes = Takes::service}},
                           .default_command = "deploy"};
  Words argv{"my_app"};
  argv.insert(argv.end(), options.begin(), options.end());
  const auto arguments = parse_arguments(argv, table);
  if (!arguments) return tl::unexpected(arguments.error());
  return read_health_arguments(*arguments);
}

}  // namespace

TEST_CASE("Where nothing is said, nobody is asked and an instance settles for five seconds") {
  const auto health = read_health({});
  REQUIRE(health);
  CHECK(health->check.is_empty());
  CHECK(health->check.timeout == 5s);
  CHECK(health->count == 1);
  CHECK(health->answers() == 0);
  CHECK(health->settle == 5s);
}

TEST_CASE("Every option of health checks is read") {
  const auto health = read_health({"--check-http",
                                   ":%i/health",
                                   "--check-cmd",
                                   "ping -c 1 %h",
                                   "--check-ca-file",
                                   "our ca.pem",
                                   "--check-timeout",
                                   "1.5",
                                   "--check-count",
                                   "3",
                                   "--settle",
                                   "0"});
  REQUIRE(health);
  CHECK(health->check.http == ":%i/health");
  CHECK(health->check.command == "ping -c 1 %h");
  CHECK(health->check.ca_file == "our ca.pem");
  CHECK(health->check.timeout == 1500ms);
  CHECK(health->count == 3);
  CHECK(health->answers() == 3);
  CHECK(health->settle == 0s);
  CHECK(read_health({"--check-cmd", "true"})->answers() == 1);
  CHECK(read_health({"--check-http", "http://%h/"})->answers() == 1);
  CHECK(read_health({"--settle", "3600"})->settle == 1h);
}

TEST_CASE("A command and a URL are taken as they are typed") {
  for (const auto* text : {"[ %i = 3 ]",
                           "[a,b]",
                           "[[ -n %h ]] && true",
                           "curl -fsS http://%h:%i/ | grep -q ok",
                           "{ true; }",
                           "\"quoted\"",
                           "'quoted'",
                           "`x`",
                           "a=b,c",
                           "-v",
                           "--help",
                           "%%{http_code}",
                           "{}",
                           "two\nlines"}) {
    CAPTURE(text);
    for (const auto& options :
         {Words{"--check-cmd", text}, Words{"--check-cmd=" + std::string(text)}}) {
      const auto health = read_health(options);
      REQUIRE(health);
      CHECK(health->check.command == text);
    }
  }
  CHECK(read_health({"--check-http", "http://[::1]:80/a,b"})->check.http == "http://[::1]:80/a,b");
}

TEST_CASE("Health options that can't be are a usage error") {
  struct Row {
    Words options;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {{"--check-http", "/health"}, "--check-http: '/health' says no port"},
           {{"--check-http", ":%x/"}, "--check-http: '%x' is not known"},
           {{"--check-http", ""}, "--check-http: "},
           {{"--check-cmd", "date +%s"}, "--check-cmd: '%s' is not known"},
           {{"--check-cmd", " "}, "--check-cmd: the command is empty"},
           {{"--check-cmd", "true", "--check-timeout", "0"}, "--check-timeout takes seconds from"},
           {{"--check-cmd", "true", "--check-timeout", "3601"}, "not '3601'"},
           {{"--check-cmd", "true", "--check-timeout", "x"}, "not 'x'"},
           {{"--check-cmd", "true", "--check-count", "0"},
            "--check-count takes a whole number from 1 to 1000, not '0'"},
           {{"--settle", "-1"}, "--settle takes seconds from 0 to 3600, not '-1'"},
           {{"--check-timeout", "1"}, "--check-timeout is for --check-http or --check-cmd"},
           {{"--check-cmd", "true", "--check-ca-file", "ca.pem"},
            "--check-ca-file is for --check-http"},
           {{"--check-count", "2"}, "--check-count is for --check-http or --check-cmd"}}) {
    CAPTURE(row.message);
    const auto health = read_health(row.options);
    REQUIRE_FALSE(health);
    CHECK(health.error().kind == ErrorKind::usage);
    CAPTURE(health.error().message);
    CHECK(health.error().message.find(row.message) != std::string::npos);
  }
}
