#include "cli/release_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Result<ReleaseArguments> read_release(const Words& argv) {
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_release_arguments(*arguments);
}

/// A deployment that can be, with these options besides.
Result<ReleaseArguments> deploy(const Words& options) {
  return read_release(joined({"deploy", "my_app", "--from", "f"}, options));
}

void check_refused(const Words& argv, const std::string& said) {
  CAPTURE(argv);
  const auto release = read_release(argv);
  REQUIRE_FALSE(release);
  CHECK(release.error().kind == ErrorKind::usage);
  CAPTURE(release.error().message);
  CHECK(release.error().message.find(said) != std::string::npos);
  CHECK(release.error().message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("Each of the four commands is a release of one service") {
  struct Row {
    Words argv;
    ReleaseKind kind;
    const char* service;
  };

  for (const auto& row : std::vector<Row>{
           {{"deploy", "my_app", "--from", "f"}, ReleaseKind::deploy, "my_app@.service"},
           {{"deploy", "backup@.timer", "--from=f"}, ReleaseKind::deploy, "backup@.timer"},
           {{"deploy", "example:2.0.0", "--from", "f"},
            ReleaseKind::deploy,
            "example:2.0.0@.service"},
           {{"restart", "my_app"}, ReleaseKind::restart, "my_app@.service"},
           {{"refresh", "my_app@"}, ReleaseKind::refresh, "my_app@.service"},
           {{"rollback", "my_app.service"}, ReleaseKind::rollback, "my_app@.service"},
           {{"--quiet", "rollback", "--dry-run", "status"},
            ReleaseKind::rollback,
            "status@.service"}}) {
    CAPTURE(row.argv);
    const auto release = read_release(row.argv);
    REQUIRE(release);
    CHECK(release->request.kind == row.kind);
    CHECK(release->request.service.template_name() == row.service);
    CHECK(release->sidekicks.service == release->request.service);
  }
}

TEST_CASE("Where nothing is said, one more stands in, each settles for five seconds") {
  for (const auto& argv : {Words{"deploy", "my_app", "--from", "f"},
                           Words{"restart", "my_app"},
                           Words{"refresh", "my_app"},
                           Words{"rollback", "my_app"}}) {
    CAPTURE(argv);
    const auto release = read_release(argv);
    REQUIRE(release);
    const auto& request = release->request;
    CHECK(request.max_surge == Share{.number = 1});
    CHECK(request.max_unavailable == Share{.number = 0});
    CHECK(request.canary == 0);
    CHECK_FALSE(request.count);
    CHECK_FALSE(request.replaces);
    CHECK_FALSE(request.text_of);
    CHECK(request.stop_first == StopFirst::automatic);
    CHECK_FALSE(request.text);
    const auto& options = release->options;
    CHECK(options.settle == 5s);
    CHECK(options.answers == 0);
    CHECK(options.canary_time == 0s);
    CHECK(options.pause_between == 0s);
    CHECK(options.on_failure == OnFailure::undo);
    CHECK(options.scale.timeout == 300s);
    CHECK(options.scale.parallel == 16);
    CHECK_FALSE(options.scale.dry_run);
    CHECK_FALSE(options.scale.detailed_exit_code);
    CHECK(release->health.check.is_empty());
    CHECK_FALSE(release->sidekicks.find_sidekicks);
    CHECK(release->sidekicks.sidekicks.empty());
  }
}

TEST_CASE("Every option of a release's steps is read, of all four commands") {
  const Words options{"--dry-run",
                      "--detailed-exitcode",
                      "--max-surge",
                      "25%",
                      "--max-unavailable",
                      "2",
                      "--canary",
                      "3",
                      "--canary-time",
                      "60",
                      "--pause-between",
                      "1.5",
                      "--on-failure",
                      "stop",
                      "--timeout",
                      "7",
                      "--parallel",
                      "4",
                      "--stop-first",
                      "always",
                      "--with",
                      "my_app_logger,stats@.timer",
                      "--check-http",
                      ":%i/health",
                      "--check-cmd",
                      "true",
                      "--check-timeout",
                      "2",
                      "--check-count",
                      "3",
                      "--settle",
                      "0.1"};
  for (const auto& begin : {Words{"deploy", "my_app", "--from", "f"},
                            Words{"restart", "my_app"},
                            Words{"refresh", "my_app"},
                            Words{"rollback", "my_app"}}) {
    CAPTURE(begin);
    const auto release = read_release(joined(begin, options));
    REQUIRE(release);
    const auto& request = release->request;
    CHECK(request.max_surge == Share{.number = 25, .is_percent = true});
    CHECK(request.max_unavailable == Share{.number = 2});
    CHECK(request.canary == 3);
    CHECK(request.stop_first == StopFirst::always);
    CHECK(release->options.scale.dry_run);
    CHECK(release->options.scale.detailed_exit_code);
    CHECK(release->options.scale.timeout == 7s);
    CHECK(release->options.scale.parallel == 4);
    CHECK(release->options.settle == 100ms);
    CHECK(release->options.answers == 3);
    CHECK(release->options.canary_time == 60s);
    CHECK(release->options.pause_between == 1500ms);
    CHECK(release->options.on_failure == OnFailure::stop);
    CHECK(release->health.check.http == ":%i/health");
    CHECK(release->health.check.command == "true");
    CHECK(release->health.check.timeout == 2s);
    CHECK(release->sidekicks.sidekicks ==
          std::vector{*Service::parse("my_app_logger"), *Service::parse("stats@.timer")});
  }
  CHECK(deploy({"--on-failure=rollback"})->options.on_failure == OnFailure::undo);
  CHECK(deploy({"--with=auto"})->sidekicks.find_sidekicks);
  CHECK(deploy({"--check-cmd", "true"})->options.answers == 1);
}

TEST_CASE("What is deployed comes from a file or from a service, and may replace another one") {
  const auto file = read_release({"deploy", "my_app", "--from", "my_app@.service", "--count", "0"});
  REQUIRE(file);
  CHECK(file->file == "my_app@.service");
  CHECK_FALSE(file->request.text_of);
  CHECK(file->request.count == 0U);
  const auto beside = read_release({"deploy",
                                    "example:2.0.0",
                                    "--from-service",
                                    "example:1.0.0@",
                                    "--replaces",
                                    "example:1.0.0.service",
                                    "--count=65535"});
  REQUIRE(beside);
  CHECK_FALSE(beside->file);
  CHECK(beside->request.text_of == *Service::parse("example:1.0.0"));
  CHECK(beside->request.replaces == *Service::parse("example:1.0.0"));
  CHECK(beside->request.count == 65535U);
  // The same text for the same service: whatever differs from it is renewed.
  CHECK(read_release({"deploy", "my_app", "--from-service", "my_app"}));
}

TEST_CASE("A part of the count is written with a percent sign, and is at most all of it") {
  CHECK(deploy({"--max-surge", "100%"})->request.max_surge ==
        Share{.number = 100, .is_percent = true});
  CHECK(deploy({"--max-unavailable", "0%"}));
  CHECK(deploy({"--max-surge", "0", "--max-unavailable", "1%"}));
  for (const auto* share : {"101%", "-1", "+1", "1.5", "x", "%", "25 %", "25%%", "65536", " 1"}) {
    CAPTURE(share);
    for (const std::string flag : {"--max-surge", "--max-unavailable"}) {
      check_refused({"restart", "my_app", flag, share},
                    flag + ": '" + share + "' is neither a number of instances nor a part of them");
    }
  }
}

TEST_CASE("One service is released at a time") {
  for (const std::string command : {"deploy", "restart", "refresh", "rollback"}) {
    check_refused({command}, "no service is given: write scale-fleet " + command + " my_app");
    check_refused({command, "a", "b"},
                  "'b' is one word too many: write scale-fleet " + command + " my_app");
    check_refused({command, "a=5"}, "a=5");
    check_refused({command, "a@1.service"}, "names one instance");
    check_refused({command, "a/b"}, "'/' is not allowed");
    check_refused({command, ""}, "it is empty");
  }
}

TEST_CASE("A deployment says exactly once what is to run") {
  check_refused({"deploy", "my_app"}, "--from FILE or --from-service SERVICE");
  check_refused({"deploy", "my_app", "--from", "f", "--from-service", "b"},
                "--from FILE or --from-service SERVICE");
  check_refused({"deploy", "my_app", "--from-service", "a/b"}, "--from-service: ");
  check_refused({"deploy", "my_app", "--from", "f", "--replaces", "a@1"}, "--replaces: ");
  check_refused({"deploy", "my_app", "--from="}, "the option --from is given an empty value");
  check_refused({"deploy", "my_app", "--from", "a", "--from", "b"}, "given twice");
  for (const auto* self : {"my_app", "my_app@", "my_app.service"})
    check_refused({"deploy", "my_app", "--from", "f", "--replaces", self}, "can't replace itself");
}

TEST_CASE("What only a deployment has is told to belong to it") {
  for (const std::string command : {"restart", "refresh", "rollback"}) {
    for (const std::string flag : {"--from", "--from-service", "--replaces", "--count"}) {
      check_refused({command, "my_app", flag, "1"},
                    "the option " + flag + " belongs to 'scale-fleet deploy'");
    }
  }
  for (const std::string flag : {"--max-surge", "--canary", "--on-failure", "--settle"}) {
    const auto scaled = parse_arguments({"my_app", "5", flag + "=1"}, command_table());
    REQUIRE_FALSE(scaled);
    CHECK(scaled.error().message == "the option " + flag + " belongs to 'scale-fleet deploy'");
  }
  check_refused({"deploy", "my_app", "--from", "f", "--batch", "2"},
                "belongs to 'scale-fleet scale'");
}

TEST_CASE("Options of a release that can't be, or not together, are a usage error") {
  struct Row {
    Words options;
    const char* said;
  };

  for (const auto& row : std::vector<Row>{
           {{"--max-surge", "0"}, "no instance could ever be changed"},
           {{"--max-surge=0", "--max-unavailable=0"}, "no instance could ever be changed"},
           {{"--max-surge=0%", "--max-unavailable=0%"}, "no instance could ever be changed"},
           {{"--canary", "0"}, "--canary takes a whole number from 1 to 65535, not '0'"},
           {{"--canary", "10%"}, "--canary takes a whole number"},
           {{"--canary-time", "60"}, "--canary-time is for --canary N"},
           {{"--canary=1", "--canary-time=x"}, "--canary-time takes seconds from 0 to 604800"},
           {{"--pause-between", "-1"}, "--pause-between takes seconds from 0 to 604800"},
           {{"--on-failure", "undo"}, "--on-failure takes rollback, stop, not 'undo'"},
           {{"--timeout", "soon"}, "--timeout takes seconds"},
           {{"--parallel", "0"}, "--parallel takes a whole number from 1 to 256"},
           {{"--stop-first", "maybe"}, "--stop-first takes auto, always, never"},
           {{"--detailed-exitcode"}, "--detailed-exitcode is for --dry-run"},
           {{"--check-count", "2"}, "--check-count is for --check-http or --check-cmd"},
           {{"--check-timeout", "2"}, "--check-timeout is for --check-http or --check-cmd"},
           {{"--check-http", "/health"}, "says no port"},
           {{"--check-cmd", "date +%s"}, "'%s' is not known"},
           {{"--settle", "3601"}, "--settle takes seconds from 0 to 3600"},
           {{"--with", "my_app"}, "my_app can't be its own sidekick"},
           {{"--with", "a,a"}, "a is named twice"},
           {{"--no-block"}, "belongs to 'scale-fleet scale'"}}) {
    check_refused(joined({"deploy", "my_app", "--from", "f"}, row.options), row.said);
    check_refused(joined({"rollback", "my_app"}, row.options), row.said);
  }
  for (const auto* count : {"-1", "+1", "x", "65536", "1%"})
    check_refused({"deploy", "a", "--from", "f", "--count", count}, "--count takes a whole number");
}
