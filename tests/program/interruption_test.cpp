#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const FleetPlace where_nothing_starts = {.start_delay = 1h};

}  // namespace

TEST_CASE("A signal ends the wait, and the summary says what was done") {
  struct Row {
    int signal;
    int exit_code;
  };

  for (const auto& row : {Row{SIGINT, 130}, Row{SIGTERM, 143}}) {
    ProgramWorld world(where_nothing_starts);
    world.fleet.stand(my_app_with({}));
    RunningProgram program(world.call({"my_app", "2"}));
    REQUIRE(program.wait_for_err("my_app@2.service: starting"));
    program.send(row.signal);
    const auto end = program.wait();
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == row.exit_code);
    CHECK(holds(end.err, "my_app was interrupted, everything was sent"));
    CHECK(holds(end.err, "to go on: scale-fleet my_app "));
    CHECK(end.out.ends_with("my_app: 0 -> 2\n"));
    CHECK(world.fleet.writes().size() == 2);
  }
}

TEST_CASE("A signal ends the wait for a template that comes from a pipe") {
  for (const bool is_submit : {true, false}) {
    ProgramWorld world;
    const auto pipe = world.folder.path("my_app@.service");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    RunningProgram program(
        world.call(is_submit ? std::vector<std::string>{"submit", pipe}
                             : std::vector<std::string>{"my_app", "2", "--template-file", pipe}));
    const FileDescriptor writer(open(pipe.c_str(), O_WRONLY | O_CLOEXEC));  // Once it is read from.
    program.send(SIGINT);
    const auto end = program.wait();
    CHECK(end.signal == SIGINT);
    CHECK(world.fleet.requests().empty());
  }
}

TEST_CASE("An interrupted run is a whole JSON document") {
  ProgramWorld world(where_nothing_starts);
  world.fleet.stand(my_app_with({}));
  RunningProgram program(world.call({"my_app", "3", "--batch", "1", "--output", "json"}));
  REQUIRE(program.wait_for_err("my_app@1.service: starting"));
  program.send(SIGINT);
  const auto end = program.wait();
  INFO("stdout: " << end.out << "stderr: " << end.err);
  CHECK(end.exit_code == 130);
  const auto document = json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  CHECK(document["status"] == "interrupted");
  const auto& service = document["services"][0];
  CHECK(service["status"] == "interrupted");
  CHECK(service["after"] == 1);
  std::vector<std::string> results;
  for (const auto& change : service["changes"])
    results.push_back(change["result"]);
  CHECK(results == std::vector<std::string>{"done", "skipped", "skipped"});
}

TEST_CASE("What is in flight is ended, and nothing more is begun") {
  ProgramWorld world({.faults = {"PUT:*:1:delay=300"}});
  world.fleet.stand(my_app_with({}));
  RunningProgram program(world.call({"my_app", "3", "--parallel", "1", "--debug"}));
  REQUIRE(program.wait_for_err("> PUT "));
  program.send(SIGINT);
  const auto end = program.wait();
  INFO("stdout: " << end.out << "stderr: " << end.err);
  CHECK(end.exit_code == 130);
  CHECK(holds(end.err,
              "my_app was interrupted, not begun: my_app@2.service, my_app@3.service; to go on: "
              "scale-fleet my_app 3"));
  CHECK(world.fleet.units() == std::vector<std::string>{"my_app@.service", "my_app@1.service"});
}

TEST_CASE("A second signal kills a program that still waits for a reply") {
  ProgramWorld world({.faults = {"PUT:*:*:delay=60000"}});
  world.fleet.stand(my_app_with({}));
  RunningProgram program(world.call({"my_app", "1", "--debug", "--request-timeout", "50"}));
  REQUIRE(program.wait_for_err("> PUT "));
  const auto end = program.send_until_end(SIGINT);
  CHECK_FALSE(end.ran_out_of_time);
  CHECK(end.signal == SIGINT);
}

TEST_CASE("Watching a status, and the sandbox, end with a signal") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  RunningProgram watching(world.call({"status", "--watch", "--interval", "60"}));
  REQUIRE(watching.wait_for_out("my_app@1.service"));
  watching.send(SIGINT);
  CHECK(watching.wait().exit_code == 130);

  RunningProgram sandbox(world.call({"sandbox", "--listen", "127.0.0.1:0"}));
  REQUIRE(sandbox.wait_for_out("Listening on http://127.0.0.1:"));
  REQUIRE(sandbox.wait_for_out("runs no process"));
  sandbox.send(SIGTERM);
  CHECK(sandbox.wait().exit_code == 0);
}

TEST_CASE("While one scales a service, another one is told who it is") {
  ProgramWorld world(where_nothing_starts);
  world.fleet.stand(my_app_with({}));
  RunningProgram first(world.call({"my_app", "1"}));
  REQUIRE(first.wait_for_err("my_app@1.service: starting"));
  const auto holder = "pid " + std::to_string(first.pid()) + " ";
  const auto writes = world.fleet.writes();

  const auto second = world.run(words("my_app@.service 3 --lock-timeout 0 --output json"));
  INFO("stdout: " << second.out << "stderr: " << second.err);
  CHECK(second.exit_code == 5);
  CHECK(lines_in(second.err) == 1);
  CHECK(holds(second.err, holder));
  CHECK(holds(second.err, "scale-fleet my_app 1"));
  const auto document = json::parse(second.out, nullptr, false);
  REQUIRE(document.is_object());
  CHECK(document["status"] == "precondition_failed");
  CHECK(document["services"][0]["service"] == "my_app");
  CHECK(world.fleet.writes() == writes);

  CHECK(world.run(words("my_app 3 --dry-run")).exit_code == 0);
  CHECK(world.run(words("other 0 --lock-timeout 0")).exit_code == 0);

  first.send(SIGTERM);
  CHECK(first.wait().exit_code == 143);
  CHECK(world.run(words("my_app 0 --lock-timeout 0")).exit_code == 0);
}

TEST_CASE("Who waits for the lock says so, and ends with a signal") {
  ProgramWorld world(where_nothing_starts);
  world.fleet.stand(my_app_with({}));
  RunningProgram first(world.call({"my_app", "1"}));
  REQUIRE(first.wait_for_err("my_app@1.service: starting"));
  RunningProgram second(world.call({"my_app", "2"}));
  REQUIRE(second.wait_for_err("waiting for my_app: pid "));
  second.send(SIGINT);
  const auto end = second.wait();
  INFO("stdout: " << end.out << "stderr: " << end.err);
  CHECK(end.exit_code == 130);
}
