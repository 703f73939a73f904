#include <signal.h>

#include <filesystem>

#include "program/program_world.hpp"
#include "scale_fleet/daemon/event_file.hpp"
#include "scale_fleet/daemon/folder_state_store.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"
#include "support/real_etcd.hpp"

using namespace scale_fleet;

namespace {

/// A declared file, and the program that is told of it by SCALE_FLEET_FILE.
struct DeclaredWorld {
  explicit DeclaredWorld(const std::string& state)
      : file(world.folder.write("services.yaml",
                                state + "services:\n  web: {count: 3}\n  worker: {count: 2}\n")) {}

  ProgramEnd run(std::vector<std::string> arguments) const {
    return world.run(std::move(arguments), {{"SCALE_FLEET_FILE", file.string()}});
  }

  ProgramWorld world;
  std::filesystem::path file;
};

const std::string in_folder = "state: state\n";

Event told_event(const std::string& service, int second) {
  return {.time = WallTime(std::chrono::seconds(1'795'248'900 + second)),
          .kind = EventKind::launch,
          .service = service,
          .before = 2,
          .after = 3,
          .units = {},
          .asked_by = "file",
          .reason = "below min"};
}

std::string shown_line(const std::string& service, int second) {
  return "2026-11-21T08:15:0" + std::to_string(second) + ".000Z LAUNCH " + service +
         " 2 -> 3: below min\n";
}

}  // namespace

TEST_CASE("A service is paused and resumed in the folder that the file names") {
  DeclaredWorld declared(in_folder);
  FolderStateStore store(declared.world.folder.path() / "state");
  const auto paused = declared.run({"pause", "worker", "--down-only"});
  INFO(paused.err);
  CHECK(paused.exit_code == 0);
  CHECK(holds(paused.out, "worker is not scaled down until it is resumed, in "));
  const auto kept = store.read(pauses_shelf);
  REQUIRE(kept);
  REQUIRE(kept->contains("worker"));
  const auto pause = parse_pause(kept->at("worker"));
  REQUIRE(pause);
  CHECK(pause->pause.down_only);
  CHECK(pause->by.find('@') != std::string::npos);

  const auto resumed = declared.run({"resume", "worker"});
  CHECK(resumed.exit_code == 0);
  CHECK(holds(resumed.out, "worker is resumed"));
  CHECK(store.read(pauses_shelf)->empty());
  const auto again = declared.run({"resume", "worker"});
  CHECK(again.exit_code == 0);
  CHECK(holds(again.out, "worker was not paused, in "));
}

TEST_CASE("A service is paused and resumed in the etcd that the file names") {
  const RealEtcd etcd;
  etcd.wait_until_ready();
  const DeclaredWorld declared("state: etcd\netcd: {endpoints: [\"" + etcd.url() + "\"]}\n");
  const auto paused = declared.run({"pause", "worker", "--for", "1h", "--output", "json"});
  INFO(paused.err);
  CHECK(paused.exit_code == 0);
  CHECK(holds(paused.out, "\"service\": \"worker\""));
  const auto resumed = declared.run({"resume", "worker"});
  CHECK(holds(resumed.out, "worker is resumed (it was paused until "));
  CHECK(holds(declared.run({"resume", "worker"}).out, "worker was not paused, in "));
}

TEST_CASE("What can't be paused is an error, and nothing is written or sent") {
  DeclaredWorld declared(in_folder);

  struct Row {
    std::vector<std::string> arguments;
    std::string message;
  };

  for (const auto& row : {Row{{"pause", "wroker"}, "did you mean worker?"},
                          Row{{"pause"}, "pause takes one service"},
                          Row{{"pause", "worker", "--for", "soon"}, "--for takes a duration"},
                          Row{{"resume", "nothing"}, "declares no service nothing"},
                          Row{{"resume", "worker", "--file", "/none/such.yaml"}, "/none/such.yaml"},
                          Row{{"events", "--service", "a/b"}, "a/b"},
                          Row{{"events", "--since", "soon"}, "--since takes a duration"}}) {
    const auto end = declared.run(row.arguments);
    INFO(end.err);
    CHECK(end.exit_code == 2);
    CHECK(holds(end.err, row.message));
  }
  CHECK_FALSE(std::filesystem::exists(declared.world.folder.path("state")));
  CHECK(declared.world.fleet.requests().empty());
}

TEST_CASE("A state that can't be written is an error of the state, not of usage") {
  DeclaredWorld declared(in_folder);
  declared.world.folder.write("state", "a file where the folder should be");
  const auto end = declared.run({"pause", "worker"});
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "state"));
}

TEST_CASE("Events of a group of machines are found by its name, and it can't be paused") {
  DeclaredWorld declared(
      "state: state\nnodes:\n  drones: {command: ./cloud, min: 1, max: 3}\n"
      "  web: {command: ./cloud, min: 1, max: 3}\n");
  EventFile file({.path = declared.world.folder.path() / "state/events.jsonl"});
  for (const auto* name : {"nodes/drones", "web", "nodes/web", "nodes/gone"})
    REQUIRE(file.record(told_event(name, 1)));

  struct Row {
    std::string name;
    std::string shown;
  };

  for (const auto& row : {Row{"drones", "nodes/drones"},
                          Row{"nodes/drones", "nodes/drones"},
                          Row{"web", "web"},
                          Row{"nodes/web", "nodes/web"},
                          Row{"nodes/gone", "nodes/gone"}}) {
    const auto end = declared.run({"events", "--service", row.name});
    INFO(row.name << end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out == shown_line(row.shown, 1));
  }
  for (const auto* command : {"pause", "resume"}) {
    const auto end = declared.run({command, "drones"});
    CHECK(end.exit_code == 2);
    CHECK(holds(end.err, "declares drones as machines, not as a service"));
  }
  CHECK(declared.run({"pause", "web"}).exit_code == 0);
}

TEST_CASE("Events are shown, the oldest first, and what isn't understood is counted") {
  DeclaredWorld declared(in_folder);
  const EventFilePlace place{.path = declared.world.folder.path() / "state/events.jsonl",
                             .max_bytes = 400};
  EventFile file(place);
  for (int second = 0; second < 6; ++second)
    REQUIRE(file.record(told_event(second % 2 == 0 ? "web" : "worker", second)));
  std::ofstream(place.path, std::ios::app) << "torn";
  const auto all = declared.run({"events"});
  CHECK(all.exit_code == 0);
  CHECK(all.out == shown_line("web", 0) + shown_line("worker", 1) + shown_line("web", 2) +
                       shown_line("worker", 3) + shown_line("web", 4) + shown_line("worker", 5));
  CHECK(holds(all.err, "1 line of "));
  const auto some =
      declared.run({"events", "--service", "web@.service", "--since", "2026-11-21T08:15:01Z"});
  CHECK(some.out == shown_line("web", 2) + shown_line("web", 4));
  CHECK(declared.run({"events", "--since", "1s"}).out.empty());
  const auto in_json = declared.run({"events", "--service", "worker", "--output", "json"});
  CHECK(in_json.out == event_line(told_event("worker", 1)) + event_line(told_event("worker", 3)) +
                           event_line(told_event("worker", 5)));
}

TEST_CASE("Events are followed until Ctrl-C") {
  DeclaredWorld declared(in_folder);
  EventFile file({.path = declared.world.folder.path() / "state/events.jsonl", .max_bytes = 1});
  REQUIRE(file.record(told_event("web", 0)));
  RunningProgram program(
      declared.world.call({"events", "--follow"}, {{"SCALE_FLEET_FILE", declared.file.string()}}));
  REQUIRE(program.wait_for_out(shown_line("web", 0)));
  REQUIRE(file.record(told_event("web", 1)));
  REQUIRE(file.record(told_event("worker", 2)));
  REQUIRE(program.wait_for_out(shown_line("worker", 2)));
  program.send(SIGINT);
  const auto end = program.wait();
  CHECK(end.exit_code == 130);
  CHECK(end.out == shown_line("web", 0) + shown_line("web", 1) + shown_line("worker", 2));
}
