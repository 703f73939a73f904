#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

const std::string escape = "\x1b";
const std::string colour = "\x1b[3";
const std::string redraw = "\r\x1b[K";

/// From none to two, on a cluster that is slower than the program's first look at it.
struct Show {
  std::vector<std::string> options = {};
  std::map<std::string, std::string> variables = {{"TERM", "xterm"}};
  bool terminal = true;
};

ProgramEnd show(const Show& how) {
  ProgramWorld world({.start_delay = std::chrono::milliseconds(500)});
  world.fleet.stand(my_app_with({}));
  std::vector<std::string> arguments{"my_app", "2"};
  arguments.insert(arguments.end(), how.options.begin(), how.options.end());
  auto call = world.call(arguments, how.variables);
  call.stderr_is_terminal = how.terminal;
  auto end = run_program(call);
  CHECK(end.exit_code == 0);
  CHECK(lines_in(end.out) == 3);
  CHECK_FALSE(holds(end.out, escape));
  return end;
}

}  // namespace

TEST_CASE("On a pipe progress is plain lines") {
  const auto end = show({.terminal = false});
  INFO(end.err);
  CHECK(holds(end.err, "my_app@1.service: well (active/running)\n"));
  CHECK_FALSE(holds(end.err, escape));
  CHECK_FALSE(holds(end.err, "\r"));
}

TEST_CASE("On a terminal it is one redrawn line with a bar, which goes at the end") {
  const auto end = show({});
  INFO(end.err);
  CHECK(holds(end.err, redraw + "my_app " + colour));
  CHECK(holds(end.err, "[--------------------]"));
  CHECK(holds(end.err, " 0/2  2 "));
  CHECK(holds(end.err, "[####################]"));
  CHECK(end.err.ends_with(redraw));
  CHECK(lines_in(end.err) == 0);
}

TEST_CASE("Who wants no colour gets none, and the bar all the same") {
  for (const auto& how :
       {Show{.options = {"--no-color"}},
        Show{.variables = {{"TERM", "xterm"}, {"NO_COLOR", "1"}}},
        Show{.variables = {{"TERM", "xterm"}, {"SCALE_FLEET_NO_COLOR", "true"}}}}) {
    const auto end = show(how);
    INFO(end.err);
    CHECK_FALSE(holds(end.err, colour));
    CHECK(holds(end.err, redraw + "my_app [----"));
  }
}

TEST_CASE("A terminal that can't redraw gets plain lines") {
  for (const auto& variables :
       std::vector<std::map<std::string, std::string>>{{{"TERM", "dumb"}}, {{"TERM", ""}}, {}}) {
    const auto end = show({.variables = variables});
    INFO(end.err);
    CHECK_FALSE(holds(end.err, escape));
    CHECK(holds(end.err, "my_app@1.service: well (active/running)\r\n"));
  }
}

TEST_CASE("Quiet is silent, on a terminal and on a pipe") {
  for (const bool terminal : {true, false})
    CHECK(show({.options = {"--quiet"}, .terminal = terminal}).err == "");
}

TEST_CASE("Verbose shows each step with its reason") {
  for (const bool terminal : {true, false}) {
    const auto end = show({.options = {"--verbose"}, .terminal = terminal});
    CHECK(holds(end.err, "create my_app@1.service: 1 is the lowest free number"));
  }
}

TEST_CASE("Debug shows every request and reply, and no password") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({}));
  auto endpoint = world.fleet.endpoint();
  endpoint.insert(endpoint.find("//") + 2, "me:secret@");
  const auto end = world.run({"--endpoint", endpoint, "my_app", "1", "--debug"});
  CHECK(end.exit_code == 0);
  CHECK(holds(end.err, "> PUT /fleet/v1/units/my_app%401.service"));
  CHECK(holds(end.err, "< PUT /fleet/v1/units/my_app%401.service: 201"));
  CHECK_FALSE(holds(end.err, "secret"));
}

TEST_CASE("A stdout that takes nothing is an error, whatever the answer was") {
  ProgramWorld world;
  world.fleet.stand(my_app_with({1}));
  for (const std::string command : {"my_app 1",
                                    "my_app 2",
                                    "my_app 5 --dry-run",
                                    "my_app 1 --output json",
                                    "status",
                                    "status --output json",
                                    "--version",
                                    "--help",
                                    "completion bash",
                                    "sandbox --listen "
                                    "127.0.0.1:0"}) {
    auto call = world.call(words(command));
    call.stdout_file = "/dev/full";
    const auto end = run_program(call);
    INFO(command << ": " << end.err);
    CHECK(end.exit_code == 1);
    CHECK(holds(end.err, "scale-fleet: error: cannot write the answer to stdout: No space"));
  }
}
