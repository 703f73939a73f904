#include "scale_fleet/daemon/show_events.hpp"

#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_stop_request.hpp"
#include "support/holds.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr WallTime half_past_eight(Millis(1'795'249'800'000));

Event service_event(const std::string& service, WallTime time) {
  return {.time = time,
          .kind = EventKind::launch,
          .service = service,
          .before = 2,
          .after = 3,
          .units = {},
          .asked_by = "file",
          .reason = "below min"};
}

/// A clock whose waits are counted, and during which others may act.
class EventfulClock : public FakeClock {
 public:
  void wait_until(TimePoint until) override {
    ++waits;
    if (while_waiting) while_waiting(waits);
    FakeClock::wait_until(until);
  }

  std::function<void(int)> while_waiting;
  int waits = 0;
};

/// A file of events, and a terminal that shows them.
struct EventsTable {
  Result<ShownEvents> show(const EventsQuery& query) {
    EventTail tail(place);
    return show_events(
        tail, query, {.clock = clock, .stop = stop, .print = [this](const std::string& text) {
                        printed += text;
                        return print_outcome;
                      }});
  }

  TemporaryFolder folder;
  EventFilePlace place{.path = folder.path() / "events.jsonl"};
  EventFile file{place};
  EventfulClock clock;
  FakeStopRequest stop{clock};
  std::string printed;
  Outcome print_outcome;
};

}  // namespace

TEST_CASE("an event is shown on one line, with all that a person wants to know") {
  auto event = service_event("worker", half_past_eight);
  CHECK(event_text(event) == "2026-11-21T08:30:00.000Z LAUNCH worker 2 -> 3: below min\n");
  event.reason.clear();
  CHECK(event_text(event) == "2026-11-21T08:30:00.000Z LAUNCH worker 2 -> 3: file\n");
  event.kind = EventKind::terminate;
  event.after.reset();
  event.error = Error{.kind = ErrorKind::refused, .message = "Fleet\nsaid \x1b[2Jno"};
  CHECK(event_text(event) ==
        "2026-11-21T08:30:00.000Z TERMINATE_ERROR worker 2 -> ?: file "
        "[Fleet\\x0asaid \\x1b[2Jno]\n");
}

TEST_CASE("events are shown by service and time, as text or as JSON, the oldest first") {
  EventsTable table;
  const std::vector<Event> events{service_event("web", half_past_eight),
                                  service_event("worker", half_past_eight + 1s),
                                  service_event("web", half_past_eight + 2s),
                                  service_event("web", half_past_eight + 3s)};
  for (const auto& event : events)
    REQUIRE(table.file.record(event));

  struct Row {
    EventsQuery query;
    std::vector<std::size_t> shown;
  };

  for (const auto& row : {Row{{}, {0, 1, 2, 3}},
                          Row{{.service = "web"}, {0, 2, 3}},
                          Row{{.since = half_past_eight + 1s}, {1, 2, 3}},
                          Row{{.service = "web", .since = half_past_eight + 1s}, {2, 3}},
                          Row{{.service = "we"}, {}}}) {
    for (const bool json : {false, true}) {
      auto query = row.query;
      query.json = json;
      std::string expected;
      for (const auto place : row.shown)
        expected += json ? event_line(events[place]) : event_text(events[place]);
      table.printed.clear();
      const auto shown = table.show(query);
      REQUIRE(shown);
      CHECK(shown->shown == row.shown.size());
      CHECK(shown->broken == 0);
      CHECK(table.printed == expected);
    }
  }
  CHECK(table.clock.waits == 0);
}

TEST_CASE("rotated files are shown before the newest") {
  EventsTable table;
  table.place.max_bytes = 1;
  EventFile file(table.place);
  for (int number = 0; number < 5; ++number)
    REQUIRE(file.record(service_event("web", half_past_eight + std::chrono::seconds(number))));
  REQUIRE(table.show({}));
  std::string expected;
  for (int number = 0; number < 5; ++number)
    expected += event_text(service_event("web", half_past_eight + std::chrono::seconds(number)));
  CHECK(table.printed == expected);
}

TEST_CASE("a file that isn't there has no events, and broken lines are counted") {
  EventsTable table;
  CHECK(table.show({})->shown == 0);
  REQUIRE(table.file.record(service_event("web", half_past_eight)));
  std::ofstream(table.place.path, std::ios::app) << "not an event\n{}\n{\"torn\": ";
  const auto shown = table.show({});
  REQUIRE(shown);
  CHECK(shown->shown == 1);
  CHECK(shown->broken == 3);
}

TEST_CASE("followed events are shown as they come, over rotations, until a signal") {
  EventsTable table;
  table.place.max_bytes = 300;
  EventFile file(table.place);
  int recorded = 0;
  std::vector<std::size_t> printed_before;
  table.clock.while_waiting = [&](int wait) {
    printed_before.push_back(table.printed.size());
    if (wait % 2 == 0) {
      REQUIRE(
          file.record(service_event("web", half_past_eight + std::chrono::seconds(recorded++))));
    }
  };
  table.stop.raise_at(table.clock.now() + 4s);
  const auto shown = table.show({.follow = true});
  REQUIRE(shown);
  CHECK(recorded == 10);
  CHECK(shown->shown == 10);
  CHECK(table.clock.waits == 20);
  CHECK(table.stop.signal() == 2);
  // What came during the second wait was printed before the third.
  CHECK(printed_before[1] == 0);
  CHECK(printed_before[2] > 0);
}

TEST_CASE("a reader that has gone ends the showing") {
  EventsTable table;
  REQUIRE(table.file.record(service_event("web", half_past_eight)));
  table.print_outcome = failure(ErrorKind::refused, "stdout is closed");
  const auto shown = table.show({.follow = true});
  REQUIRE_FALSE(shown);
  CHECK(shown.error().message == "stdout is closed");
  CHECK(table.clock.waits == 0);
}

TEST_CASE("events stand where the file says, else beside the state") {
  DeclaredFile file;
  file.state = std::filesystem::path("/srv/state");
  CHECK(event_file_place(file) == EventFilePlace{.path = "/srv/state/events.jsonl"});
  file.state = StateInEtcd{};
  CHECK(event_file_place(file).path == "/var/lib/scale-fleet/events.jsonl");
  file.state = std::filesystem::path();
  CHECK(event_file_place(file).path == "/var/lib/scale-fleet/events.jsonl");
  file.events = {.file = "/var/log/events", .max_bytes = 7, .keep = 2};
  CHECK(event_file_place(file) ==
        EventFilePlace{.path = "/var/log/events", .max_bytes = 7, .keep = 2});
}
