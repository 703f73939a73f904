#include "scale_fleet/daemon/event.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

Event launch_event() {
  return {.time = WallTime(Millis(1'795'248'900'007)),
          .kind = EventKind::launch,
          .service = "worker",
          .before = 2,
          .after = 3,
          .units = {"worker@3.service"},
          .asked_by = "scale_up[0]",
          .reason = "scale_up[0]: etcd webserver/cpu_user is 91 (above 80) since 30 s",
          .took = Millis(1250)};
}

Event drawn_event(RandomSource& random) {
  static const std::vector<std::string> texts{
      "", "web", "a\nb", "\"\\", "é \xe2\x80\xae", "\x9b", "https://h/a b@c", "{}"};
  const auto text = [&] { return random.pick(texts); };
  const auto count = [&]() -> std::optional<InstanceCount> {
    if (random.percent(30)) return std::nullopt;
    return static_cast<InstanceCount>(random.below(max_count));
  };
  Event event{.time = WallTime(Millis(static_cast<std::int64_t>(random.below(9'000'000'000'000)))),
              .kind = static_cast<EventKind>(random.between(0, 3)),
              .service = text(),
              .before = count(),
              .after = count(),
              .units = {},
              .asked_by = text(),
              .reason = text(),
              .took = Millis(random.between(0, 1'000'000'000))};
  for (int left = random.between(0, 3); left > 0; --left)
    event.units.push_back(text());
  if (random.percent(30)) {
    event.error = Error{.kind = static_cast<ErrorKind>(random.between(0, 6)), .message = text()};
    if (random.percent(50)) event.error->http_status = random.between(100, 599);
  }
  return event;
}

bool is_plain_ascii(const std::string& text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

TEST_CASE("an event that failed says so in its type") {
  const auto [kind, word] = GENERATE(table<EventKind, std::string>({
      {EventKind::launch, "LAUNCH"},
      {EventKind::terminate, "TERMINATE"},
      {EventKind::replace, "REPLACE"},
      {EventKind::no_op, "NO_OP"},
  }));
  Event event{.kind = kind};
  CHECK(event_type(event) == word);
  event.error = Error{.kind = ErrorKind::refused, .message = "no"};
  CHECK(event_type(event) == word + "_ERROR");
}

TEST_CASE("an event is a line of JSON, with all that is known of it") {
  auto event = launch_event();
  CHECK(event_line(event) ==
        R"({"time": "2026-11-21T08:15:00.007Z", "event": "LAUNCH", "service": "worker", )"
        R"("before": 2, "after": 3, "units": ["worker@3.service"], "asked_by": "scale_up[0]", )"
        R"("reason": "scale_up[0]: etcd webserver/cpu_user is 91 (above 80) since 30 s", )"
        R"("took_seconds": 1.25})"
        "\n");
  event.after.reset();
  event.units.clear();
  event.reason.clear();
  event.error =
      Error{.kind = ErrorKind::unavailable, .message = "Fleet said no", .http_status = 503};
  CHECK(event_line(event) ==
        R"({"time": "2026-11-21T08:15:00.007Z", "event": "LAUNCH_ERROR", "service": "worker", )"
        R"("before": 2, "after": null, "units": [], "asked_by": "scale_up[0]", "reason": "", )"
        R"("took_seconds": 1.25, "error": {"message": "Fleet said no", "http_status": 503, )"
        R"("class": "unavailable"}})"
        "\n");
}

TEST_CASE("a line holds no line feed of its own, nothing that moves a cursor, and no password") {
  auto event = launch_event();
  event.service = "evil\nservice\x1b[2J\xc2\x9b";
  event.reason = "etcd at https://root:geheim@etcd.example:2379/v2 is 91\r\n{\"event\":\"LAUNCH\"}";
  event.asked_by = "http://me:geheim@here/";
  event.error = Error{.kind = ErrorKind::refused, .message = "https://x:geheim@y/ said \xff no"};
  const auto line = event_line(event);
  REQUIRE(line.ends_with("\n"));
  CHECK(is_plain_ascii(line.substr(0, line.size() - 1)));
  CHECK_FALSE(holds(line, "geheim"));
  CHECK(holds(line, "https://***@etcd.example:2379/v2 is 91"));
}

TEST_CASE("an event is read as it was written, whatever was in it") {
  constexpr std::uint64_t base = 20'261'121;
  for (std::uint64_t seed = base; seed < base + 3'000; ++seed) {
    RandomSource random(seed);
    const auto event = drawn_event(random);
    const auto line = event_line(event);
    INFO("seed " << seed << ": " << line);
    const auto read = parse_event_line(line);
    REQUIRE(read);
    // What isn't UTF-8 was replaced; all else is as it was.
    REQUIRE(event_line(*read) == line);
    if (line.find("\\ufffd") == std::string::npos) REQUIRE(*read == event);
  }
}

TEST_CASE("lines of other versions are read as far as they go") {
  const auto read = parse_event_line(
      R"({"event": "LAUNCH_ERROR", "time": "2026-11-21T08:15:00Z", "service": "web", "new": [1]})");
  REQUIRE(read);
  CHECK(event_type(*read) == "LAUNCH_ERROR");
  CHECK(read->error->kind == ErrorKind::refused);
  CHECK(read->service == "web");
  CHECK_FALSE(read->before);
}

TEST_CASE("what is no event is refused") {
  const auto* line =
      GENERATE("",
               "{",
               "[]",
               "{}",
               R"({"time": "now", "event": "LAUNCH"})",
               R"({"time": 5, "event": "LAUNCH"})",
               R"({"time": "2026-11-21T08:15:00Z"})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "_ERROR"})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCHED"})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCH", "before": -1})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCH", "units": "web"})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCH", "units": [1]})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCH", "took_seconds": 1e300})",
               R"({"time": "2026-11-21T08:15:00Z", "event": "LAUNCH", "error": "no"})");
  CAPTURE(line);
  const auto read = parse_event_line(line);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::refused);
}
