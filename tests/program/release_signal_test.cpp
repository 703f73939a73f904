#include <signal.h>

#include <future>
#include <optional>

#include <nlohmann/json.hpp>

#include "program/kill_at_turn.hpp"
#include "program/released_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// The turn among all requests of `deploy_new` at which it writes this unit: told by a run of it.
std::size_t turn_of_writing(const std::string& unit) {
  ReleasedWorld rehearsal;
  const auto before = rehearsal.fleet.requests().size();
  REQUIRE(rehearsal.release(deploy_new).exit_code == 0);
  const auto requests = rehearsal.fleet.requests();
  const auto start = requests.begin() + static_cast<std::ptrdiff_t>(before);
  const auto found = std::find_if(start, requests.end(), [&](const std::string& request) {
    return request.starts_with("PUT ") && request.ends_with("/" + unit);
  });
  REQUIRE(found != requests.end());
  return static_cast<std::size_t>(found - start) + 1;
}

/// A run of `deploy_new` that gets this signal while it writes the first instance in place.
class SignalledRelease {
 public:
  SignalledRelease(ReleasedWorld& world, ProgramCall call, int signal) {
    world.fleet.watch(at_arrival(turn_of_writing("my_app%401.service"),
                                 [this, signal] { ::kill(pid_.get_future().get(), signal); }));
    program_.emplace(call);
    pid_.set_value(program_->pid());
  }

  RunningProgram& program() { return *program_; }

 private:
  std::promise<pid_t> pid_;
  std::optional<RunningProgram> program_;
};

}  // namespace

TEST_CASE("Without a terminal a signal leaves it half-way, and says how to go on and back") {
  struct Row {
    int signal;
    int exit_code;
    bool has_terminal;
  };

  // TERM is nobody's who could be asked.
  for (const auto& row :
       {Row{SIGINT, 130, false}, Row{SIGTERM, 143, false}, Row{SIGTERM, 143, true}}) {
    ReleasedWorld world;
    auto call = world.call(world.command(deploy_new));
    call.stdin_is_terminal = row.has_terminal;
    SignalledRelease release(world, call, row.signal);
    const auto end = release.program().wait();
    INFO(end.err);
    CHECK(end.exit_code == row.exit_code);
    CHECK(holds(end.err, "interrupted by a signal; it was left half-way; to go on: "));
    CHECK_FALSE(holds(end.err, "[y/N]"));
    CHECK(command_behind("; to go on: ", end.err) == call.arguments);
    CHECK(command_behind("; to go back: ", end.err) == Names{"rollback", "my_app"});
    CHECK(world.what_stands() != second_version_runs);
    const auto again = world.release(deploy_new);
    INFO(again.err);
    CHECK(again.exit_code == 0);
    CHECK(world.what_stands() == second_version_runs);
  }
}

TEST_CASE("Whoever presses Ctrl-C at a terminal is asked once whether to go back") {
  for (const bool yes : {true, false}) {
    ReleasedWorld world;
    auto call = world.call(world.command(deploy_new));
    call.stdin_is_terminal = true;
    SignalledRelease release(world, call, SIGINT);
    REQUIRE(release.program().wait_for_err("Undo what was done so far? [y/N] "));
    release.program().type(yes ? "y\n" : "n\n");
    const auto end = release.program().wait();
    INFO(end.err);
    CHECK(end.exit_code == 130);
    CHECK(end.err.find("[y/N]") == end.err.rfind("[y/N]"));
    if (yes) {
      CHECK(holds(end.err, "the deploy was undone, everything is as before"));
      CHECK(world.what_stands() == first_version_runs);
    } else {
      CHECK(holds(end.err, "it was left half-way; to go on: "));
      CHECK(world.release(deploy_new).exit_code == 0);
      CHECK(world.what_stands() == second_version_runs);
    }
  }
}

TEST_CASE("Killed in the middle, the same command goes on, and any machine can go back") {
  const auto turn = turn_of_writing("my_app%401.service");
  for (const auto moment : {Moment::before_acting, Moment::after_acting}) {
    for (const bool back : {true, false}) {
      ReleasedWorld world;
      Killer killer;
      world.fleet.watch(killer.watch(moment, turn));
      RunningProgram program(world.call(world.command(deploy_new)));
      killer.set_victim(program.pid());
      CHECK(program.wait().signal == SIGKILL);
      world.fleet.watch({});
      const auto end = world.release(back ? "rollback my_app --settle 0" : deploy_new);
      INFO(end.err);
      CHECK(end.exit_code == 0);
      const auto stands = world.what_stands();
      for (const auto& line : back ? first_version_runs : second_version_runs)
        CHECK(std::ranges::find(stands, line) != stands.end());
      CHECK(end.out.ends_with(" -> 2\n"));
    }
  }
}

TEST_CASE("The commands onwards and back can be pasted into a shell") {
  ReleasedWorld world;
  const auto file = world.folder.path("HOMELESS");
  const auto address = world.fleet.endpoint().substr(std::string("http://").size());
  const auto comment = std::string(200, 'x');
  const auto end = world.run({"deploy",
                              "my_app",
                              "--from",
                              file,
                              "--settle=0",
                              "--timeout",
                              "0.1",
                              "--on-failure",
                              "stop",
                              "--check-cmd",
                              "[ %i != 1 ]; # it's " + comment,
                              "--endpoint",
                              "http://bob:s3cret@" + address});
  INFO(end.err);
  CHECK(end.exit_code == 4);
  const auto endpoint = " --endpoint 'http://***@" + address + "'";
  CHECK(holds(end.err,
              "; to go on: scale-fleet deploy my_app --from " + file +
                  " --settle=0 --timeout 0.1 --on-failure stop --check-cmd "
                  R"('[ %i != 1 ]; # it'\''s )" +
                  comment + "'" + endpoint + "; to go back: scale-fleet rollback my_app" +
                  endpoint + "\n"));
}

TEST_CASE("While one releases a service, nobody else does, or scales it") {
  ReleasedWorld world;
  RunningProgram first(world.call(world.command("deploy my_app --from HOMELESS --settle 0")));
  REQUIRE(first.wait_for_err("my_app@3.service: unscheduled"));
  const auto holder = "pid " + std::to_string(first.pid()) + " ";
  for (const std::string command : {"deploy my_app --from NEW",
                                    "restart my_app",
                                    "deploy other --replaces my_app --from NEW",
                                    "my_app 5"}) {
    const auto end = world.release(command + " --lock-timeout 0");
    INFO(command << ": " << end.err);
    CHECK(end.exit_code == 5);
    CHECK(holds(end.err, holder));
    CHECK(lines_in(end.err) == 1);
  }
  CHECK(world.release("deploy my_app --from NEW --dry-run").exit_code == 0);
  first.send(SIGTERM);
  CHECK(first.wait().exit_code == 143);
}

TEST_CASE("A release that meanwhile concerns a service that it hasn't locked is given up") {
  ReleasedWorld world;
  world.folder.write("my_app_logger@.service",
                     "[Service]\nExecStart=/bin/log %i\n[X-Fleet]\nMachineOf=my_app@%i.service\n");
  RunningProgram first(world.call(world.command("deploy my_app --from HOMELESS --settle 0")));
  REQUIRE(first.wait_for_err("my_app@3.service: unscheduled"));
  RunningProgram second(
      world.call(world.command("deploy my_app --from NEW --settle 0 --with auto")));
  REQUIRE(second.wait_for_err("waiting for my_app: "));
  // Only now there is a sidekick to be found.
  REQUIRE(world.run({"submit", world.folder.path("my_app_logger@.service")}).exit_code == 0);
  first.send(SIGTERM);
  REQUIRE(first.wait().exit_code == 143);
  const auto writes = world.fleet.writes();
  const auto end = second.wait();
  INFO(end.err);
  CHECK(end.exit_code == 5);
  CHECK(holds(end.err, "somebody changed what is to be released"));
  CHECK(holds(end.err, "my_app_logger"));
  CHECK(holds(end.err, "run it again"));
  CHECK(world.fleet.writes() == writes);
}
