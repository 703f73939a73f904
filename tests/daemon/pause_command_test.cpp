#include "scale_fleet/daemon/pause_command.hpp"

#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/map_state_store.hpp"

using namespace scale_fleet;

namespace {

constexpr WallTime nine_o_clock(Millis(1'795'251'600'000));

/// A declared file with two services, and its state.
struct PauseTable {
  PauseTable() {
    file.path = "services.yaml";
    for (const auto* name : {"web", "worker"})
      file.services.push_back({.service = *Service::parse(name)});
  }

  Result<PauseReport> pause(std::optional<Millis> duration, bool down_only = false) {
    return pause_service(
        store,
        places(),
        {.service = "worker", .duration = duration, .down_only = down_only, .by = "alice@build-7"},
        now);
  }

  Result<PauseReport> resume() { return resume_service(store, places(), "worker", now); }

  std::optional<std::string> kept() {
    const auto& shelf = store.shelves["pauses"];
    const auto found = shelf.find("worker");
    return found == shelf.end() ? std::nullopt : std::optional(found->second);
  }

  DeclaredPlaces places() const { return {.file = file, .mistakes = mistakes}; }

  MapStateStore store;
  DeclaredFile file;
  std::optional<Error> mistakes;
  WallTime now = nine_o_clock;
};

}  // namespace

TEST_CASE("a pause is left for the daemon, and what was done is said") {
  struct Row {
    std::optional<Millis> duration;
    bool down_only;
    std::string text;
  };

  for (const auto& row :
       {Row{std::nullopt, false, "worker is paused until it is resumed, in a map\n"},
        Row{std::chrono::hours(1),
            false,
            "worker is paused until 2026-11-21T10:00:00.000Z, in a map\n"},
        Row{std::nullopt, true, "worker is not scaled down until it is resumed, in a map\n"},
        Row{Millis(1),
            true,
            "worker is not scaled down until 2026-11-21T09:00:00.001Z, in a map\n"}}) {
    PauseTable table;
    const auto report = table.pause(row.duration, row.down_only);
    REQUIRE(report);
    CHECK(pause_report_text(*report) == row.text);
    REQUIRE(table.kept());
    const auto kept = parse_pause(*table.kept());
    REQUIRE(kept);
    CHECK(kept->pause.down_only == row.down_only);
    CHECK(kept->pause.until.has_value() == row.duration.has_value());
    if (row.duration) CHECK(*kept->pause.until == nine_o_clock + *row.duration);
    CHECK(kept->by == "alice@build-7");
    CHECK(kept->since == nine_o_clock);
  }
}

TEST_CASE("a second pause goes before the first, and says whose that was") {
  PauseTable table;
  REQUIRE(table.pause(std::nullopt));
  const auto report = table.pause(std::chrono::hours(1), true);
  REQUIRE(report);
  CHECK(pause_report_text(*report) ==
        "worker is not scaled down until 2026-11-21T10:00:00.000Z (it was paused until it is "
        "resumed by alice@build-7), in a map\n");
  CHECK(parse_pause(*table.kept())->pause.down_only);
}

TEST_CASE("resume takes the pause away, also one that can't be read, and says what it found") {
  struct Row {
    std::optional<std::string> standing;
    std::string text;
    int removals;
  };

  const std::string removed =
      "worker is resumed: what stood there had ended, or could not be understood, in a map\n";
  const KeptPause ended{.pause = {.down_only = false, .until = nine_o_clock}, .by = "bob"};
  for (const auto& row :
       {Row{std::nullopt, "worker was not paused, in a map\n", 0},
        Row{R"({"until": null, "by": "bob"})",
            "worker is resumed (it was paused until it is resumed by bob), in a map\n",
            1},
        Row{R"({"down_only": true})",
            "worker is resumed (it was not to be scaled down until it is resumed by somebody), in "
            "a map\n",
            1},
        Row{pause_text(ended), removed, 1},
        Row{"paused", removed, 1}}) {
    PauseTable table;
    if (row.standing) table.store.shelves["pauses"]["worker"] = *row.standing;
    const auto report = table.resume();
    REQUIRE(report);
    CHECK(pause_report_text(*report) == row.text);
    CHECK_FALSE(table.kept());
    CHECK(table.store.removals == row.removals);
  }
}

TEST_CASE("a service that the file doesn't declare is neither paused nor resumed") {
  PauseTable table;
  const std::string wrong = "wroker";
  const auto paused = pause_service(table.store, table.places(), {.service = wrong}, table.now);
  const auto resumed = resume_service(table.store, table.places(), wrong, table.now);
  for (const auto& report : {paused, resumed}) {
    REQUIRE_FALSE(report);
    CHECK(report.error().kind == ErrorKind::usage);
    CHECK(report.error().message ==
          "services.yaml declares no service wroker; did you mean worker?");
  }
  CHECK(table.store.writes + table.store.removals == 0);
}

TEST_CASE("a group of machines is neither paused nor resumed, also in a file with mistakes") {
  PauseTable table;
  table.file.nodes.push_back({.name = "drones", .group = AwsGroup{.name = "d"}});
  table.file.nodes.push_back({.name = "worker", .group = AwsGroup{.name = "w"}});
  for (const bool has_mistakes : {false, true}) {
    if (has_mistakes) table.mistakes = Error{.kind = ErrorKind::usage, .message = "line 3: …"};
    for (const auto& report :
         {pause_service(table.store, table.places(), {.service = "drones"}, table.now),
          resume_service(table.store, table.places(), "drones", table.now)}) {
      REQUIRE_FALSE(report);
      CHECK(report.error().kind == ErrorKind::usage);
      CHECK(report.error().message ==
            "services.yaml declares drones as machines, not as a service; only services can be "
            "paused, machines are held by their min and max");
    }
  }
  CHECK(table.store.writes + table.store.removals == 0);
  // The service, where both have the name.
  CHECK(table.pause(std::nullopt));
}

TEST_CASE("a declared service is known by every form of its name, a plain unit by its whole name") {
  PauseTable world;
  world.file.services.push_back({.service = *Service::parse_single("db.service")});
  const auto [word, name] = GENERATE(table<std::string, std::string>({
      {"worker", "worker"},
      {"worker@.service", "worker"},
      {"db.service", "db.service"},
      {"db", ""},
      {"worker@3", ""},
      {"", ""},
      {"../worker", ""},
  }));
  CAPTURE(word);
  const auto found = declared_service(world.places(), word);
  CHECK((found ? found->display_name() : "") == name);
}

TEST_CASE("while the file has mistakes any service can be paused: the daemon keeps what it said") {
  PauseTable table;
  table.mistakes = Error{.kind = ErrorKind::usage, .message = "services.yaml:3:5: …"};
  const auto paused = pause_service(table.store, table.places(), {.service = "gone"}, table.now);
  REQUIRE(paused);
  CHECK(paused->service == "gone");
  const auto wrong = pause_service(table.store, table.places(), {.service = "../x"}, table.now);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().kind == ErrorKind::usage);
}

TEST_CASE("all are paused but those that are") {
  PauseTable table;
  REQUIRE(table.pause(std::chrono::hours(1), true));
  REQUIRE(pause_all(table.store, table.file, "run --pause", table.now));
  CHECK(parse_pause(*table.kept())->pause.down_only);
  const auto web = parse_pause(table.store.shelves["pauses"].at("web"));
  REQUIRE(web);
  CHECK_FALSE(web->pause.down_only);
  CHECK_FALSE(web->pause.until);
  CHECK(web->by == "run --pause");
  table.store.error = Error{.kind = ErrorKind::unavailable, .message = "etcd is away"};
  CHECK_FALSE(pause_all(table.store, table.file, "run --pause", table.now));
}

TEST_CASE("a state that can't be reached is told") {
  PauseTable table;
  table.store.error = Error{.kind = ErrorKind::unavailable, .message = "etcd is away"};
  CHECK(table.pause(std::nullopt).error() == *table.store.error);
  CHECK(table.resume().error() == *table.store.error);
}

TEST_CASE("programs are told in JSON") {
  PauseTable table;
  REQUIRE(table.pause(std::nullopt));
  const auto report = table.resume();
  CHECK(pause_report_json(*report) == R"({
  "service": "worker",
  "before": {
    "until": null,
    "down_only": false,
    "by": "alice@build-7",
    "since": "2026-11-21T09:00:00.000Z"
  },
  "after": null,
  "state": "a map"
}
)");
}
