#include <filesystem>
#include <string>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

/// The one lock file that a run left in the folder.
std::filesystem::path lock_file_in(const TemporaryFolder& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".lock") return entry.path();
  }
  return {};
}

/// The same call in a shell that forbids files to grow.
ProgramCall without_file_growth(ProgramCall call) {
  std::string line = "ulimit -f 0; exec " + call.file;
  for (const auto& argument : call.arguments)
    line += " " + argument;
  call.file = "/bin/sh";
  call.arguments = {"-c", line};
  // The thread sanitizer writes a file there before the program begins; where it can't, it doesn't.
  call.environment["TMPDIR"] = "/nowhere";
  return call;
}

}  // namespace

TEST_CASE("Without a usable lock file nothing is sent, and it is said what to do") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  REQUIRE(world.run({"my_app", "1"}).exit_code == 0);
  const auto name = lock_file_in(world.folder).filename();
  const auto requests = world.fleet.requests().size();
  const auto victim = world.folder.write("victim", "precious").string();
  const auto folder = [&](const std::string& kind) {
    const auto path = world.folder.path() / kind;
    std::filesystem::create_directory(path);
    return path;
  };
  std::filesystem::create_symlink(victim, folder("link") / name);
  std::filesystem::create_symlink("/nowhere/at/all", folder("dangling") / name);
  std::filesystem::create_hard_link(victim, folder("second-name") / name);
  std::filesystem::create_directory(folder("folder") / name);

  struct Row {
    std::string folder;
    std::string why;
  };

  for (const auto& row : {Row{"missing", "No such file or directory"},
                          Row{"victim", "Not a directory"},
                          Row{"link", "it is a symbolic link"},
                          Row{"dangling", "it is a symbolic link"},
                          Row{"second-name", "it has a second name (hard link)"},
                          Row{"folder", ""}}) {
    const auto end =
        world.run({"my_app", "5"}, {{"SCALE_FLEET_LOCK_DIR", world.folder.path(row.folder)}});
    INFO(row.folder << ": " << end.err);
    CHECK(end.exit_code == 2);
    CHECK(lines_in(end.err) == 1);
    CHECK(holds(end.err, row.folder + "/" + name.string()));
    CHECK(holds(end.err, row.why));
    CHECK(holds(end.err, "name another folder in SCALE_FLEET_LOCK_DIR"));
  }
  CHECK(TemporaryFolder::read(victim) == "precious");
  CHECK(world.fleet.requests().size() == requests);
}

TEST_CASE(
    "What somebody wrote into the lock file doesn't matter, and a name that can't be written") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  REQUIRE(world.run({"my_app", "1"}).exit_code == 0);
  const auto file = lock_file_in(world.folder);
  world.folder.write(file.filename().string(), std::string(1'000'000, '\xff'));
  CHECK(world.run({"my_app", "2", "--lock-timeout", "0"}).exit_code == 0);
  CHECK(TemporaryFolder::read(file).empty());

  const auto end = run_program(without_file_growth(world.call({"my_app", "3"})));
  INFO(end.signal << ": " << end.err);
  CHECK(end.exit_code == 0);
  CHECK(world.fleet.units().size() == 4);
}
