#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/kill_at_turn.hpp"
#include "program/program_world.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

using Names = std::vector<std::string>;

/// The next look finds the cluster settled, so that with `--settle 0` nobody waits.
const FleetPlace quick = {.start_delay = 1ms, .other_delays = 1ms, .time_per_request = 5ms};

constexpr auto second_version = "[Service]\nExecStart=/bin/app2 %i\n";
constexpr auto failing_version = "[Service]\nExecStart=/bin/false\n";
constexpr auto homeless_version =
    "[Service]\nExecStart=/bin/app2 %i\n[X-Fleet]\nMachineMetadata=role=nobody\n";

/// Two instances of my_app, and files with other versions: NEW, BAD, HOMELESS.
struct ReleasedWorld : ProgramWorld {
  explicit ReleasedWorld(const std::vector<StandingUnit>& units = my_app_with({1, 2}))
      : ProgramWorld(quick) {
    fleet.stand(units);
    folder.write("NEW", second_version);
    folder.write("BAD", failing_version);
    folder.write("HOMELESS", homeless_version);
  }

  /// The words of a line; the files by their short names.
  Names command(const std::string& line) const {
    auto result = words(line);
    for (auto& word : result) {
      if (word == "NEW" || word == "BAD" || word == "HOMELESS") word = folder.path(word);
    }
    return result;
  }

  ProgramEnd release(const std::string& line) const { return run(command(line)); }

  /// `my_app@1.service: /bin/app %i` of every unit, what is kept too.
  Names what_stands() {
    Names lines;
    for (const auto& unit : fleet.unit_records()) {
      const auto start = std::ranges::find(unit.options, "ExecStart", &UnitOption::name);
      lines.push_back(unit.name + ": " + (start == unit.options.end() ? "" : start->value));
    }
    return lines;
  }
};

const Names first_version_runs = {"my_app@.service: /bin/app %i",
                                  "my_app@1.service: /bin/app %i",
                                  "my_app@2.service: /bin/app %i"};

const Names second_version_runs = {"my_app.former@.service: /bin/app %i",
                                   "my_app@.service: /bin/app2 %i",
                                   "my_app@1.service: /bin/app2 %i",
                                   "my_app@2.service: /bin/app2 %i"};

constexpr auto deploy_new = "deploy my_app --from NEW --settle 0";

/// The command in an error's sentence between `before` and the next semicolon, as words.
Names command_behind(const std::string& before, const std::string& err) {
  const auto start = err.rfind(before);
  if (start == std::string::npos) return {};
  const auto from = start + before.size();
  auto command = words(err.substr(from, err.find_first_of(";\n\r", from) - from));
  CHECK(command.at(0) == "scale-fleet");
  command.erase(command.begin());
  return command;
}

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

json document_of(const ProgramEnd& end) {
  const auto document = json::parse(end.out, nullptr, false);
  REQUIRE(document.is_object());
  return document;
}

}  // namespace

TEST_CASE("A new version is deployed in place, from a unit file or a unit.json") {
  ReleasedWorld world;
  world.folder.write("unit.json",
                     R"({"desiredState": "launched", "options": [)"
                     R"({"section": "Service", "name": "ExecStart", "value": "/bin/app2 %i"}]})");
  for (const auto& file : {world.folder.path("NEW"), world.folder.path("unit.json")}) {
    ReleasedWorld fresh;
    const auto end = fresh.run({"deploy", "my_app", "--from", file, "--settle", "0"});
    INFO(end.err);
    CHECK(end.exit_code == 0);
    CHECK(fresh.what_stands() == second_version_runs);
    CHECK(
        end.out.starts_with("Unit my_app.former@.service inactive\n"
                            "Unit my_app.release@.service inactive\n"
                            "Unit my_app@.service inactive\n"
                            "Unit my_app@3.service launched on 0000000"));
    CHECK(
        end.out.ends_with("Destroyed my_app@3.service\nDestroyed my_app.release@.service\n"
                          "my_app: 2 -> 2\n"));
    CHECK(lines_in(end.out) == 9);
    CHECK_FALSE(holds(end.out, "step "));
    const auto writes = fresh.fleet.writes();
    CHECK(fresh.run({"deploy", "my_app", "--from", file, "--settle", "0"}).out ==
          "my_app: 2 -> 2\n");
    CHECK(fresh.fleet.writes() == writes);
  }
}

TEST_CASE("A version takes another one's place, and only that one's, and gives it back") {
  const Names others = {"example:1.0.0-rc@1.service", "example:1.0.01@1.service"};
  for (const std::string source : {"--from NEW", "--from-service example:1.0.0"}) {
    ReleasedWorld world({{.name = "example:1.0.0@.service", .desired_state = JobState::inactive},
                         {.name = "example:1.0.0@1.service"},
                         {.name = "example:1.0.0@2.service"},
                         {.name = others[0]},
                         {.name = others[1]}});
    const auto first = world.what_stands();
    const auto end =
        world.release("deploy example:2.0.0 --replaces example:1.0.0 --settle 0 " + source);
    INFO(source << ": " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(end.out.ends_with("example:2.0.0: 0 -> 2\nexample:1.0.0: 2 -> 0\n"));
    const auto units = world.fleet.units();
    for (const auto& unit : {others[0], others[1]})
      CHECK(std::ranges::find(units, unit) != units.end());
    for (const auto* unit : {"example:1.0.0@1.service", "example:1.0.0@2.service"})
      CHECK(std::ranges::find(units, unit) == units.end());
    const std::string command = source == "--from NEW" ? "/bin/app2 %i" : "/bin/app %i";
    const auto stands = world.what_stands();
    for (const auto* unit : {"example:2.0.0@1.service: ", "example:2.0.0@2.service: "})
      CHECK(std::ranges::find(stands, unit + command) != stands.end());

    const auto back = world.release("rollback example:2.0.0 --settle 0");
    INFO(back.err);
    CHECK(back.exit_code == 0);
    CHECK(back.out.ends_with("example:1.0.0: 0 -> 2\nexample:2.0.0: 2 -> 0\n"));
    const auto after = world.what_stands();
    for (const auto& line : first)
      CHECK(std::ranges::find(after, line) != after.end());
  }
}

TEST_CASE("A rollback goes back, and forth again; a restart and a refresh do what they say") {
  ReleasedWorld world;
  REQUIRE(world.release(deploy_new).exit_code == 0);
  CHECK(world.release("rollback my_app --settle 0").exit_code == 0);
  auto expected = first_version_runs;
  expected.insert(expected.begin(), "my_app.former@.service: /bin/app2 %i");
  CHECK(world.what_stands() == expected);
  CHECK(world.release("refresh my_app --settle 0").out == "my_app: 2 -> 2\n");
  const auto restarted = world.release("restart my_app --settle 0");
  INFO(restarted.err);
  CHECK(restarted.exit_code == 0);
  CHECK(holds(restarted.out, "Unit my_app@1.service launched on "));
  CHECK(holds(restarted.out, "Unit my_app@2.service launched on "));
  CHECK(world.what_stands() == expected);
  CHECK(world.release("rollback my_app --settle 0").exit_code == 0);
  CHECK(world.what_stands() == second_version_runs);
}

TEST_CASE("A dry run shows every step in its order with its reason, and changes nothing") {
  ReleasedWorld world;
  const auto text = world.release("deploy my_app --from NEW --dry-run");
  CHECK(text.exit_code == 0);
  CHECK(text.err == "");
  CHECK(text.out ==
        "1. create my_app.former@.service: keeps the present version, for: scale-fleet rollback "
        "my_app\n"
        "2. create my_app.release@.service: tells that a release is under way\n"
        "3. replace my_app@.service: the template gets the new text\n"
        "4. create my_app@3.service: one more for the time being, so that 2 stay healthy\n"
        "5. replace my_app@1.service: it has another text, and 2 of the others are healthy\n"
        "6. replace my_app@2.service: it has another text, and 2 of the others are healthy\n"
        "7. destroy my_app@3.service: all 2 have their text\n"
        "8. destroy my_app.release@.service: the release has ended\n"
        "my_app: 2 -> 2 (planned)\n");
  CHECK(world.release("deploy my_app --from NEW --dry-run --detailed-exitcode").exit_code == 3);

  const auto document =
      document_of(world.release("deploy my_app --from NEW --dry-run --output json"));
  CHECK(document["status"] == "planned");
  CHECK(document["error"].is_null());
  CHECK(document["release"]["result"] == "planned");
  CHECK(document["release"]["back"] == "scale-fleet rollback my_app");
  CHECK(document["release"]["onward"].get<std::string>().starts_with("scale-fleet deploy my_app"));
  REQUIRE(document["services"].size() == 1);
  const auto& service = document["services"][0];
  CHECK(service["service"] == "my_app");
  CHECK(service["desired"] == 2);
  CHECK(service["before"] == 2);
  CHECK(service["after"] == 2);
  CHECK(service["status"] == "planned");
  CHECK(service["left_alone"] == json::array());
  int step = 0;
  for (const auto& change : service["changes"]) {
    CHECK(change["step"] == ++step);
    CHECK(change["result"] == "planned");
    for (const auto* key : {"unit", "action", "reason"})
      CHECK_FALSE(change[key].get<std::string>().empty());
  }
  CHECK(step == 8);
  CHECK(world.fleet.writes().empty());

  REQUIRE(world.release(deploy_new).exit_code == 0);
  const auto same = world.release("deploy my_app --from NEW --dry-run --detailed-exitcode");
  CHECK(same.exit_code == 0);
  CHECK(same.out == "my_app: 2 -> 2\n");
}

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

TEST_CASE("What a release keeps is no service to scale, to copy or to release") {
  ReleasedWorld world;
  REQUIRE(world.release(deploy_new).exit_code == 0);
  const auto writes = world.fleet.writes();
  const auto end = world.release("my_app.former 3");
  CHECK(end.exit_code == 1);
  CHECK(holds(end.err, "it keeps the former version of my_app"));
  const auto copied = world.release("deploy my_app --from-service my_app.former");
  CHECK(copied.exit_code == 1);
  CHECK(holds(copied.err, "scale-fleet rollback my_app goes back"));
  const auto released = world.release("deploy my_app.former --from NEW --count 1");
  CHECK(released.exit_code == 1);
  CHECK(holds(released.err, "it keeps the former version of my_app"));
  CHECK(world.fleet.writes() == writes);
  CHECK(world.release("my_app 3").exit_code == 0);
}
