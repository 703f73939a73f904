#include <atomic>
#include <mutex>

#include <nlohmann/json.hpp>

#include "program/released_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

TEST_CASE("A version that fails, or never gets active, is undone") {
  struct Row {
    std::string command;
    int exit_code;
    const char* said;
  };

  for (const auto& row : {Row{"deploy my_app --from BAD --settle 0",
                              1,
                              "my_app@3.service is failed (failed/failed) on 0000000"},
                          Row{"deploy my_app --from HOMELESS --settle 0 --timeout 1",
                              4,
                              "my_app@3.service is unscheduled; it demands "
                              "MachineMetadata=role=nobody, and the cluster has 3 machines"}}) {
    ReleasedWorld world;
    const auto end = world.release(row.command + " --output json");
    INFO(end.err);
    CHECK(end.exit_code == row.exit_code);
    CHECK(holds(end.err, row.said));
    CHECK(end.err.ends_with("; the deploy was undone, everything is as before\n"));
    CHECK(world.what_stands() == first_version_runs);
    const auto document = document_of(end);
    CHECK(document["release"]["result"] == "undone");
    CHECK(document["status"] == (row.exit_code == 4 ? "timed_out" : "failed"));
    CHECK(holds(document["error"]["message"], row.said));
    CHECK(document["services"][0]["after"] == 2);
  }
}

TEST_CASE("Where there is no room for one more, it is said how to do without") {
  const UnitOptions alone{{"Service", "ExecStart", "/bin/app %i"},
                          {"X-Fleet", "Conflicts", "my_app@*.service"}};
  auto units = my_app_with(numbers_to(3));
  for (auto& unit : units)
    unit.options = alone;
  ReleasedWorld world(units);
  const auto end = world.release("deploy my_app --from NEW --settle 0 --timeout 0.5");
  INFO(end.err);
  CHECK(end.exit_code == 4);
  CHECK(holds(end.err, "--max-surge 0 --max-unavailable 1 makes room"));
  CHECK(world.release(std::string(deploy_new) + " --max-surge 0 --max-unavailable 1").exit_code ==
        0);
}

TEST_CASE("What was left half-way goes on, or back, by the commands that are printed") {
  for (const bool back : {true, false}) {
    ReleasedWorld world;
    const auto end =
        world.release("deploy my_app --from HOMELESS --settle 0 --timeout 0.6 --on-failure stop");
    INFO(end.err);
    CHECK(end.exit_code == 4);
    CHECK(holds(end.err, "; it was left half-way; to go on: "));
    CHECK(world.fleet.units().size() == 6);  // The third instance, the former version, the mark.
    const auto status = world.run({"status", "my_app"});
    CHECK(holds(status.out, "\ndeploy of 2 instances under way or broken off: "));
    CHECK(holds(status.out, "\nformer version kept as my_app.former@.service: "));
    CHECK(world.run({"status"}).out == status.out);
    if (back) {
      auto command = command_behind("; to go back: ", end.err);
      command.insert(command.end(), {"--settle", "0"});
      const auto undone = world.run(command);
      INFO(undone.err);
      CHECK(undone.exit_code == 0);
      const auto stands = world.what_stands();
      for (const auto& line : first_version_runs)
        CHECK(std::ranges::find(stands, line) != stands.end());
    } else {
      world.folder.write("HOMELESS", second_version);  // Repaired.
      const auto done = world.run(command_behind("; to go on: ", end.err));
      INFO(done.err);
      CHECK(done.exit_code == 0);
      const auto stands = world.what_stands();
      for (const auto& line : second_version_runs)
        CHECK(std::ranges::find(stands, line) != stands.end());
    }
    CHECK_FALSE(holds(world.run({"status", "my_app"}).out, "broken off"));
  }
}

TEST_CASE("Without a former version there is nothing to go back to") {
  ReleasedWorld world;
  const auto end = world.release("rollback my_app");
  CHECK(end.exit_code == 1);
  CHECK(lines_in(end.err) == 1);
  CHECK(holds(end.err, "my_app.former@.service"));
  CHECK(world.fleet.writes().empty());
}

TEST_CASE("An instance counts when its server says that it is healthy") {
  std::atomic<int> status = 204;
  std::mutex mutex;
  Names asked;
  const auto server = HttpServer::listen("127.0.0.1:0", [&](const HttpRequest& request) {
    const std::lock_guard guard(mutex);
    asked.push_back(request.target);
    return HttpReply{.response = {.status = status, .headers = {}, .body = ""}};
  });
  REQUIRE(server);
  const auto check = " --check-http " + (*server)->endpoint() + "/%p/%i";
  ReleasedWorld world;
  const auto good = world.release(deploy_new + check);
  INFO(good.err);
  CHECK(good.exit_code == 0);
  {
    const std::lock_guard guard(mutex);
    for (const auto* target : {"/my_app/1", "/my_app/2", "/my_app/3"})
      CHECK(std::ranges::find(asked, target) != asked.end());
  }
  status = 503;
  const auto bad = world.release("restart my_app --settle 0 --timeout 0.6" + check);
  INFO(bad.err);
  CHECK(bad.exit_code == 4);
  CHECK(holds(bad.err, "503"));
  CHECK(holds(bad.err, "the restart was undone"));
  CHECK(world.what_stands() == second_version_runs);
}

TEST_CASE("An instance counts when a command says so") {
  ReleasedWorld world;
  auto command = world.command("deploy my_app --from NEW --settle 0 --timeout 0.6 --check-cmd");
  command.emplace_back("test %i -ne 2 && test %p = my_app && test \"$SCALE_FLEET_NUMBER\" = %i");
  const auto end = world.run(command);
  INFO(end.err);
  CHECK(end.exit_code == 4);
  CHECK(holds(end.err,
              "my_app@2.service is not answering its check (the check's command exited with 1)"));
  CHECK(world.what_stands() == first_version_runs);
  command.back() = "test %i -le 3";
  CHECK(world.run(command).exit_code == 0);
}
