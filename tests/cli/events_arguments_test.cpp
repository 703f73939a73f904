#include "cli/events_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

constexpr WallTime ten_o_clock(Millis(1'795'255'200'000));  // 2026-11-21T10:00:00Z

Result<EventsArguments> read_events(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "events");
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_events_arguments(*arguments, ten_o_clock);
}

Result<PauseArguments> read_pause(const std::vector<std::string>& argv) {
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_pause_arguments(*arguments);
}

std::string file_path_of(const std::vector<std::string>& argv, const std::string& variable) {
  const auto arguments = parse_arguments(argv, command_table());
  REQUIRE(arguments);
  return declared_file_path(*arguments, [&](const std::string& name) {
    return name == "SCALE_FLEET_FILE" && !variable.empty() ? std::optional(variable) : std::nullopt;
  });
}

}  // namespace

TEST_CASE("events are asked for by service and from a moment on") {
  const auto all = read_events({});
  REQUIRE(all);
  CHECK_FALSE(all->service);
  CHECK_FALSE(all->since);
  CHECK_FALSE(all->follow);
  const auto some = read_events({"--service", "web@.service", "--since=1h30m", "--follow"});
  REQUIRE(some);
  CHECK(some->service == "web@.service");
  CHECK(some->since == ten_o_clock - std::chrono::minutes(90));
  CHECK(some->follow);
}

TEST_CASE("since is a duration before now, or a moment") {
  const auto [text, since] = GENERATE(table<std::string, std::optional<WallTime>>({
      {"0", ten_o_clock},
      {"90s", ten_o_clock - std::chrono::seconds(90)},
      {"2d", ten_o_clock - std::chrono::hours(48)},
      {"2026-11-21T10:00:00Z", ten_o_clock},
      {"2026-11-21 11:00:00+01:00", ten_o_clock},
      {"1795255200", ten_o_clock},
      {"yesterday", std::nullopt},
      {"1h ago", std::nullopt},
      {"90", WallTime(std::chrono::seconds(90))},
  }));
  CAPTURE(text);
  const auto read = read_events({"--since", text});
  CHECK(read.has_value() == since.has_value());
  if (read) CHECK(read->since == since);
  if (!read) CHECK(read.error().kind == ErrorKind::usage);
}

TEST_CASE("a pause is of one service, for so long or without end") {
  const auto plain = read_pause({"pause", "web"});
  REQUIRE(plain);
  CHECK(plain->service == "web");
  CHECK_FALSE(plain->duration);
  CHECK_FALSE(plain->down_only);
  const auto other = read_pause({"pause", "--for", "1h", "web", "--down-only"});
  REQUIRE(other);
  CHECK(other->duration == std::chrono::hours(1));
  CHECK(other->down_only);
  CHECK(read_pause({"resume", "web"})->service == "web");
}

TEST_CASE("what can't be meant is refused") {
  for (const auto& argv : std::vector<std::vector<std::string>>{{"pause"},
                                                                {"pause", "web", "worker"},
                                                                {"pause", "web", "--for", "soon"},
                                                                {"pause", "web", "--for", "0"},
                                                                {"pause", "web", "--for", "60"},
                                                                {"resume"},
                                                                {"resume", "web", "--for", "1h"}}) {
    CAPTURE(argv);
    const auto read = read_pause(argv);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::usage);
  }
  CHECK(read_events({"web"}).error().message ==
        "events takes no words: write scale-fleet events --service web");
}

TEST_CASE("the declared file is the option's, else the variable's, else the machine's") {
  CHECK(file_path_of({"events"}, "") == "/etc/scale-fleet/services.yaml");
  CHECK(file_path_of({"events"}, "/srv/v.yaml") == "/srv/v.yaml");
  CHECK(file_path_of({"pause", "web", "--file", "o.yaml"}, "/srv/v.yaml") == "o.yaml");
  CHECK(file_path_of({"resume", "web", "--file=o.yaml"}, "") == "o.yaml");
}
