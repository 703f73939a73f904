#include "scale_fleet/health/command_check.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "health/check_targets.hpp"
#include "scale_fleet/platform/running_command.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

constexpr CommandLimits patient{.each = 20s, .grace = 20s};

std::vector<CheckAnswer> ask(const std::string& command,
                             const std::vector<CheckTarget>& targets,
                             CommandLimits limits = patient,
                             const StopRequest& stop = no_stop()) {
  return CommandCheck(*CheckPattern::parse(command), steady_clock(), stop, limits).ask(targets);
}

CheckAnswer run_one(const std::string& command, CommandLimits limits = patient) {
  auto answers = ask(command, {target(3, "10.0.0.3")}, limits);
  REQUIRE(answers.size() == 1);
  return answers.front();
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether a process runs; one that is dead and waits for whoever adopted it to look doesn't.
bool is_alive(pid_t pid) {
  const auto status = content("/proc/" + std::to_string(pid) + "/stat");
  const auto state = status.rfind(')');
  return state != std::string::npos && status.at(state + 2) != 'Z' && status.at(state + 2) != 'X';
}

/// A killed process is gone a moment later; nobody tells when.
bool dies(pid_t pid) {
  const auto until = steady_clock().now() + 10s;
  while (is_alive(pid)) {
    if (steady_clock().now() > until) return false;
  }
  return true;
}

std::vector<pid_t> processes_in(const std::string& path) {
  std::istringstream words(content(path));
  return {std::istream_iterator<pid_t>(words), {}};
}

/// Whether we have a child, dead or alive.
bool has_child() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

}  // namespace

TEST_CASE("An instance is healthy whose command exits with 0") {
  struct Row {
    const char* command;
    const char* said;  // Nothing where it is healthy.
  };

  for (const auto& row : std::vector<Row>{
           {"true", ""},
           {"exit 0", ""},
           {"echo much; echo more >&2", ""},
           {"exit 3", "the check's command exited with 3"},
           {"echo no such thing; echo more; exit 1",
            "the check's command exited with 1: no such thing"},
           {"echo on stderr >&2; exit 1", "the check's command exited with 1: on stderr"},
           {"printf '\\n\\n  second\\r\\n'; exit 1", "the check's command exited with 1: second"},
           {"printf '\\033[31mred'; exit 1", "the check's command exited with 1: \\x1b[31mred"},
           {"echo http://me:s3cret@host/; exit 1",
            "the check's command exited with 1: http://***@host/"},
           {"kill -9 $$", "the check's command was ended by signal 9"},
           {"echo dying; kill -TERM $$", "the check's command was ended by signal 15: dying"},
           {"if read line; then exit 1; fi", ""}}) {
    CAPTURE(row.command);
    const auto answer = run_one(row.command);
    CHECK(answer.said == row.said);
    CHECK(answer.is_healthy == std::string(row.said).empty());
  }
  CHECK_FALSE(has_child());
}

TEST_CASE("Of a long output a short beginning is quoted, and the rest holds nobody up") {
  const auto answer = run_one("head -c 1000000 /dev/zero | tr '\\0' x; exit 1");
  CHECK(answer.said == "the check's command exited with 1: " + std::string(200, 'x') + "…");
}

TEST_CASE("A command is told its instance by specifiers and by its environment") {
  TemporaryFolder folder;
  ::setenv("SCALE_FLEET_UNIT", "from outside", 1);
  ::setenv("SCALE_FLEET_TEST_KEPT", "kept", 1);
  const auto* command =
      "echo \"%i %p %n %h %% $SCALE_FLEET_NUMBER $SCALE_FLEET_SERVICE $SCALE_FLEET_UNIT "
      "$SCALE_FLEET_MACHINE_IP $SCALE_FLEET_TEST_KEPT\"; exit 1";
  const auto answer = run_one(command);
  ::unsetenv("SCALE_FLEET_UNIT");
  ::unsetenv("SCALE_FLEET_TEST_KEPT");
  CHECK(answer.said ==
        "the check's command exited with 1: 3 my_app my_app@3.service 10.0.0.3 % 3 my_app "
        "my_app@3.service 10.0.0.3 kept");
}

TEST_CASE("A command gets no descriptor of ours but the three that every program has") {
  TemporaryFolder folder;
  // Not closed on exec, as some of libcurl's.
  const int leaky = ::dup(STDERR_FILENO);
  // Of the list's own descriptor ls shows one more.
  CHECK(run_one("test \"$(ls /proc/self/fd | wc -l)\" -le 4").is_healthy);
  ::close(leaky);
}

TEST_CASE("What a server wrote never reaches the shell where it could mean something") {
  TemporaryFolder folder;
  const auto trap = folder.path("touched");

  struct Row {
    const char* command;
    CheckTarget target;
  };

  const auto named = [](const std::string& unit, const std::string& prefix) {
    return CheckTarget{.unit = unit, .prefix = prefix, .number = 1, .machine_ip = "10.0.0.1"};
  };
  for (const auto& row : std::vector<Row>{{"true %h", target(1, "1.2.3.4; touch " + trap)},
                                          {"true %h", target(1, "$(touch " + trap + ")")},
                                          {"true '%h'", target(1, "'`touch " + trap + "`'")},
                                          {"true %h", target(1, "1.2.3.4\ntouch " + trap)},
                                          {"true %h", target(1, "-oProxyCommand")},
                                          {"true %h", target(1, "a b")},
                                          {"true %h", target(1, "*")},
                                          {"true %h", target(1, "ä")},
                                          {"true %n", named("a\\x2d@1.service", "a")},
                                          {"true %p", named("a@1.service", "a;touch " + trap)},
                                          {"true %p", named("-rf@1.service", "-rf")}}) {
    CAPTURE(row.target.machine_ip, row.target.unit, row.target.prefix);
    const auto answers = ask(row.command, {row.target});
    CHECK_FALSE(answers.at(0).is_healthy);
    CAPTURE(answers.at(0).said);
    CHECK(answers.at(0).said.find("can't be put into a shell command") != std::string::npos);
    CHECK(answers.at(0).said.find("SCALE_FLEET_MACHINE_IP") != std::string::npos);
    CHECK(answers.at(0).said.find('\n') == std::string::npos);
  }
  // In the environment it is a value and nothing else.
  const auto hostile = target(1, "1.2.3.4; touch " + trap);
  const auto answers = ask("echo $SCALE_FLEET_MACHINE_IP; exit 1", {hostile});
  CHECK(answers.at(0).said == "the check's command exited with 1: " + hostile.machine_ip);
  CHECK_FALSE(std::filesystem::exists(trap));
  CHECK(ask("true %n %h", {named("a:b-1_2.c@1.service", "a")}).at(0).is_healthy);
}

TEST_CASE("An address that Fleet doesn't know is missed only by a command that wants it") {
  const auto wanted = ask("ping %h", {target(1, "")});
  CHECK_FALSE(wanted.at(0).is_healthy);
  CHECK(wanted.at(0).said == "Fleet doesn't know the address of its machine (%h)");
  CHECK(ask("test -z \"$SCALE_FLEET_MACHINE_IP\"", {target(1, "")}).at(0).is_healthy);
}

TEST_CASE("A command that exceeds its time is ended with all that it started, and reaped") {
  struct Row {
    const char* name;
    const char* deaf;  // What it does against SIGTERM.
  };

  for (const auto& row :
       {Row{"it ends at SIGTERM", ""}, Row{"it ignores SIGTERM", "trap '' TERM;"}}) {
    CAPTURE(row.name);
    TemporaryFolder folder;
    const auto pids = folder.path("pids");
    const auto command = std::string(row.deaf) + "(sleep 300 & echo $! >>" + pids +
                         "; wait) & echo $! >>" + pids + "; echo $$ >>" + pids +
                         "; while :; do wait; done";
    const auto answer = run_one(command, {.each = 500ms, .grace = 100ms});
    CHECK_FALSE(answer.is_healthy);
    CHECK(answer.said == "the check's command did not end within 0.5 s");
    const auto started = processes_in(pids);
    CHECK(started.size() == 3);
    for (const auto pid : started)
      CHECK(dies(pid));
    CHECK_FALSE(has_child());
  }
}

TEST_CASE("A command that is looked at long after its time has run out of time, too") {
  const auto until = steady_clock().now();
  auto command = RunningCommand::start({.command = "exec sleep 300", .until = until, .grace = 1s});
  REQUIRE(command);
  std::optional<CommandEnd> end;
  while (!end)
    end = (*command)->advance(until + 10s);
  CHECK(end->signal == SIGKILL);
  CHECK(end->ran_out_of_time);
}

TEST_CASE("All that a command started is told to end before it is killed") {
  TemporaryFolder folder;
  const auto mark = folder.path("told");
  const auto answer = run_one(
      "trap : TERM; (trap 'echo told >" + mark + "; exit' TERM; sleep 300 & wait) & wait; wait",
      {.each = 500ms, .grace = 20s});
  CHECK(answer.said == "the check's command did not end within 0.5 s");
  CHECK(content(mark) == "told\n");
}

TEST_CASE("What a command left running is ended with it, and doesn't hold its answer up") {
  TemporaryFolder folder;
  const auto begun = steady_clock().now();
  const auto answer = run_one("sleep 300 & echo $! >" + folder.path("pids"));
  CHECK(answer.is_healthy);
  CHECK(steady_clock().now() - begun < 15s);
  const auto left = processes_in(folder.path("pids"));
  REQUIRE(left.size() == 1);
  CHECK(dies(left.front()));
}

TEST_CASE("Sixteen commands run at once, and never more") {
  TemporaryFolder folder;
  const auto log = folder.path("log");
  // Each goes on when sixteen have begun: fewer at once would wait until their time is over.
  const auto command = "echo + >>" + log + "; until [ $(grep -c + " + log +
                       ") -ge 16 ]; do :; done; echo - >>" + log + "; exit $((%i %% 2))";
  const auto pattern = CheckPattern::parse(command);
  REQUIRE(pattern);
  const auto answers = ask(command, targets_to(40));
  REQUIRE(answers.size() == 40);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i, answers[i].said);
    CHECK(answers[i].is_healthy == (i % 2 == 1));
  }
  int running = 0;
  int most = 0;
  for (const char c : content(log)) {
    running += c == '+' ? 1 : c == '-' ? -1 : 0;
    most = std::max(most, running);
  }
  CHECK(running == 0);
  CHECK(most == 16);
}

TEST_CASE("A stop request ends what runs and begins nothing more") {
  TemporaryFolder folder;
  const auto pids = folder.path("pids");
  const StopAtLook stop(2);
  const auto begun = steady_clock().now();
  const auto answers =
      ask("echo $$ >>" + pids + "; sleep 300", targets_to(20), {.each = 200s, .grace = 5s}, stop);
  CHECK(steady_clock().now() - begun < 15s);
  REQUIRE(answers.size() == 20);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(answers[i].is_healthy);
    CHECK(answers[i].said == (i < 16 ? "the check's command was not waited for: interrupted"
                                     : "was not asked: interrupted"));
  }
  CHECK(processes_in(pids).size() <= 16);
  for (const auto pid : processes_in(pids))
    CHECK(dies(pid));
  CHECK_FALSE(has_child());
}

TEST_CASE("How a command ended is learnt where SIGCHLD was ignored, too") {
  ::signal(SIGCHLD, SIG_IGN);
  const auto answer = run_one("exit 3");
  ::signal(SIGCHLD, SIG_DFL);
  CHECK(answer.said == "the check's command exited with 3");
}
