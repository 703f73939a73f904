#include "cli/scale_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

Result<ScaleArguments> read_scale(const Words& argv) {
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_scale_arguments(*arguments, command_table());
}

/// `my_app@.service absolute 5; …`
std::string wishes_of(const ScaleArguments& scale) {
  std::string text;
  for (const auto& request : scale.requests) {
    const auto kind = request.count.kind == Count::Kind::absolute ? "="
                      : request.count.kind == Count::Kind::more   ? "+"
                                                                  : "-";
    text += (text.empty() ? "" : " ") + request.service.template_name() + kind +
            std::to_string(request.count.number);
  }
  return text;
}

}  // namespace

TEST_CASE("Services and counts are read in every form") {
  struct Row {
    Words argv;
    const char* wishes;
  };

  for (const auto& row : std::vector<Row>{
           {{"my_app", "5"}, "my_app@.service=5"},
           {{"my_app@", "0"}, "my_app@.service=0"},
           {{"my_app@.service", "+2"}, "my_app@.service+2"},
           {{"my_app.service", "-1"}, "my_app@.service-1"},
           {{"backup@.timer", "1"}, "backup@.timer=1"},
           {{"example:1.0.0", "3"}, "example:1.0.0@.service=3"},
           {{"my_app=5"}, "my_app@.service=5"},
           {{"web=5", "worker=+1", "db=-1"}, "web@.service=5 worker@.service+1 db@.service-1"},
           {{"scale", "status", "5"}, "status@.service=5"}}) {
    CAPTURE(row.argv);
    const auto scale = read_scale(row.argv);
    REQUIRE(scale);
    CHECK(wishes_of(*scale) == row.wishes);
  }
}

TEST_CASE("What is no wish is a usage error that says what to write") {
  struct Row {
    Words argv;
    const char* message;
  };

  for (const auto& row :
       std::vector<Row>{{{}, "no service is named: write scale-fleet SERVICE COUNT"},
                        {{"my_app"}, "no count is given for 'my_app'"},
                        {{"statsu"}, "(did you mean 'scale-fleet status'?)"},
                        {{"my_app", "5", "6"}, "'6' is one word too many"},
                        {{"web=5", "worker"}, "'worker' has no count"},
                        {{"my_app", "abc"}, "abc"},
                        {{"my_app", "1e3"}, "1e3"},
                        {{"my_app", " 3"}, " 3"},
                        {{"my_app", ""}, "''"},
                        {{"my_app="}, "''"},
                        {{"my_app=5=6"}, "5=6"},
                        {{"my_app", "65536"}, "65536"},
                        {{"my_app", "99999999999999999999"}, "99999999999999999999"},
                        {{"sumbit", "app.service"}, "(did you mean 'scale-fleet submit'?)"},
                        {{"my_app@3.service", "5"}, "my_app@3.service"},
                        {{"a/b", "5"}, "a/b"},
                        {{"", "5"}, ""},
                        {{"=5"}, ""},
                        {{"web=5", "web@=3"}, "web is asked for twice"}}) {
    CAPTURE(row.argv);
    const auto scale = read_scale(row.argv);
    REQUIRE_FALSE(scale);
    CHECK(scale.error().kind == ErrorKind::usage);
    CAPTURE(scale.error().message);
    CHECK(scale.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("Where nothing is said, scaling waits five minutes and has no bounds") {
  const auto scale = read_scale({"my_app", "5"});
  REQUIRE(scale);
  CHECK_FALSE(scale->options.dry_run);
  CHECK_FALSE(scale->options.detailed_exit_code);
  CHECK_FALSE(scale->options.no_block);
  CHECK(scale->options.timeout == 300s);
  CHECK(scale->options.parallel == 16);
  CHECK_FALSE(scale->options.batch);
  const auto& request = scale->requests.at(0);
  CHECK_FALSE(request.current);
  CHECK_FALSE(request.bounds.min);
  CHECK_FALSE(request.bounds.max);
  CHECK(request.stop_first == StopFirst::automatic);
  CHECK(request.scale_down_order == ScaleDownOrder::idle_first);
  CHECK_FALSE(scale->template_file);
}

TEST_CASE("Every option of scaling is read, and holds for every service") {
  const auto scale = read_scale({"web=5",
                                 "--dry-run",
                                 "--detailed-exitcode",
                                 "--timeout",
                                 "1.5",
                                 "--parallel",
                                 "1",
                                 "--batch",
                                 "2",
                                 "--current",
                                 "0",
                                 "--min",
                                 "1",
                                 "--max",
                                 "65535",
                                 "--stop-first",
                                 "never",
                                 "--scale-down-order",
                                 "highest-first",
                                 "--first-number",
                                 "8080",
                                 "--number-step",
                                 "2",
                                 "worker=1"});
  REQUIRE(scale);
  CHECK(scale->options.dry_run);
  CHECK(scale->options.detailed_exit_code);
  CHECK(scale->options.timeout == 1500ms);
  CHECK(scale->options.parallel == 1);
  CHECK(scale->options.batch == 2U);
  REQUIRE(scale->requests.size() == 2);
  for (const auto& request : scale->requests) {
    CHECK(request.current == 0U);
    CHECK(request.bounds.min == 1U);
    CHECK(request.bounds.max == 65535U);
    CHECK(request.stop_first == StopFirst::never);
    CHECK(request.scale_down_order == ScaleDownOrder::highest_first);
    CHECK(request.numbering == Numbering{.first = 8080, .step = 2});
  }
  CHECK(read_scale({"my_app", "5", "--no-block"})->options.no_block);
  CHECK(read_scale({"my_app", "5", "--template-file", "f"})->template_file == "f");
  CHECK(read_scale({"my_app", "5", "--stop-first=always"})->requests[0].stop_first ==
        StopFirst::always);
  CHECK(read_scale({"my_app", "5", "--stop-first=auto"})->requests[0].stop_first ==
        StopFirst::automatic);
}

TEST_CASE("Options that can't be, or not together, are a usage error") {
  struct Row {
    Words options;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {{"--timeout", "x"}, "--timeout takes seconds from 0 to 604800, not 'x'"},
           {{"--parallel", "0"}, "--parallel takes a whole number from 1 to 256, not '0'"},
           {{"--parallel", "257"}, "not '257'"},
           {{"--batch", "0"}, "--batch takes a whole number from 1 to 65535"},
           {{"--current", "-1"}, "--current takes a whole number from 0 to 65535, not '-1'"},
           {{"--min", "5", "--max", "4"}, "--min 5 is above --max 4"},
           {{"--max", "65536"}, "--max takes a whole number from 0 to 65535"},
           {{"--stop-first", "maybe"}, "--stop-first takes auto, always, never, not 'maybe'"},
           {{"--number-step", "0"}, "--number-step takes a whole number from 1 to"},
           {{"--first-number", "1000000000"}, "--first-number takes a whole number from 0 to"},
           {{"--scale-down-order", "x"}, "--scale-down-order takes idle-first, highest-first"},
           {{"--detailed-exitcode"}, "--detailed-exitcode is for --dry-run"},
           {{"--batch", "2", "--no-block"}, "it can't go with --no-block"}}) {
    CAPTURE(row.message);
    Words argv{"my_app", "5"};
    argv.insert(argv.end(), row.options.begin(), row.options.end());
    const auto scale = read_scale(argv);
    REQUIRE_FALSE(scale);
    CHECK(scale.error().kind == ErrorKind::usage);
    CAPTURE(scale.error().message);
    CHECK(scale.error().message.find(row.message) != std::string::npos);
  }
  CHECK_FALSE(read_scale({"a=1", "b=2", "--template-file", "f"}));
  CHECK(read_scale({"my_app", "5", "--min", "5", "--max", "5"}));
}

TEST_CASE("Sidekicks are named between commas, or are to be found") {
  const auto named = read_scale({"my_app", "5", "--with", "my_app_logger,stats@.timer"});
  REQUIRE(named);
  CHECK(named->requests.at(0).sidekicks ==
        std::vector{*Service::parse("my_app_logger"), *Service::parse("stats@.timer")});
  CHECK_FALSE(named->requests.at(0).find_sidekicks);
  const auto found = read_scale({"web=5", "worker=1", "--with=auto"});
  REQUIRE(found);
  for (const auto& request : found->requests) {
    CHECK(request.find_sidekicks);
    CHECK(request.sidekicks.empty());
  }
  CHECK(read_scale({"my_app", "5", "--with", "auto@"})->requests.at(0).sidekicks ==
        std::vector{*Service::parse("auto@")});
  const auto none = read_scale({"my_app", "5"});
  CHECK(none->requests.at(0).sidekicks.empty());
  CHECK_FALSE(none->requests.at(0).find_sidekicks);
}

TEST_CASE("Sidekicks that can't be are a usage error") {
  struct Row {
    Words argv;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {{"my_app", "5", "--with", "my_app"}, "my_app can't be its own sidekick"},
           {{"my_app", "5", "--with", "my_app@.service"}, "my_app can't be its own sidekick"},
           {{"my_app", "5", "--with", "log,log@"}, "log is named twice"},
           {{"my_app", "5", "--with", "log,,dump"}, "--with: '' is not a service name"},
           {{"my_app", "5", "--with", "log, dump"}, "--with: ' dump' is not a service name"},
           {{"my_app", "5", "--with", "auto,log"}, "--with auto stands alone"},
           {{"web=5", "worker=3", "--with", "log"}, "for several there is --with auto"}}) {
    CAPTURE(row.argv);
    const auto scale = read_scale(row.argv);
    REQUIRE_FALSE(scale);
    CHECK(scale.error().kind == ErrorKind::usage);
    CAPTURE(scale.error().message);
    CHECK(scale.error().message.find(row.message) != std::string::npos);
  }
}
