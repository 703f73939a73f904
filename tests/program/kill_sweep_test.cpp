#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "program/kill_at_turn.hpp"
#include "program/program_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Names = std::vector<std::string>;

const UnitOptions with_stop_command = {{"Service", "ExecStart", "/bin/app %i"},
                                       {"Service", "ExecStop", "/bin/app --drain %i"}};

struct Scenario {
  std::string command;
  int before = 0;
  int after = 0;
  UnitOptions options = my_app_options;
  bool has_template = true;
};

/// The lock files in the folder that somebody holds.
Names held_locks(const std::filesystem::path& folder) {
  Names held;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".lock") continue;
    const FileDescriptor file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) held.push_back(entry.path().string());
  }
  return held;
}

bool is_instance(const Unit& unit) {
  const auto others = units_of_others();
  return unit.name.starts_with("my_app@") && unit.name != "my_app@.service" &&
         std::ranges::find(others, unit.name, &StandingUnit::name) == others.end();
}

Names launched_instances(const std::vector<Unit>& units) {
  Names names;
  for (const auto& unit : units) {
    if (is_instance(unit) && unit.desired_state == JobState::launched) names.push_back(unit.name);
  }
  return names;
}

std::vector<Unit> all_but_instances(std::vector<Unit> units) {
  std::erase_if(
      units, [](const Unit& unit) { return is_instance(unit) || unit.name == "my_app@.service"; });
  return units;
}

/// The program's run that is killed at a turn, in a world of its own, and the runs after it.
class Sweep {
 public:
  Sweep(const Scenario& scenario, Moment moment, std::size_t turn)
      : scenario_(scenario), moment_(moment), turn_(turn) {
    auto units = units_of_others();
    if (scenario.has_template) {
      for (auto& unit : my_app_with(numbers_to(scenario.before))) {
        unit.options = scenario.options;
        units.push_back(unit);
      }
    }
    world_.fleet.stand(units);
    others_ = all_but_instances(world_.fleet.unit_records());
    world_.folder.write("template", "[Service]\nExecStart=/bin/app %i\n");
  }

  /// False where the program had ended before that turn.
  bool is_killed() {
    Killer killer;
    world_.fleet.watch(killer.watch(moment_, turn_));
    RunningProgram program(call());
    killer.set_victim(program.pid());
    const auto end = program.wait();
    INFO(end.err);
    CHECK((end.signal == SIGKILL || end.exit_code == 0));
    CHECK(held_locks(world_.folder.path()) == Names{});
    world_.fleet.watch({});
    return end.signal == SIGKILL;
  }

  void goes_on() {
    const auto end = run_program(call());
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(holds(end.out, " -> " + std::to_string(scenario_.after) + "\n"));
    CHECK(all_but_instances(world_.fleet.unit_records()) == others_);
    Names asked;
    for (const int number : numbers_to(scenario_.after))
      asked.push_back("my_app@" + std::to_string(number) + ".service");
    CHECK(launched_instances(world_.fleet.unit_records()) == asked);
    const auto all = world_.fleet.unit_records();
    CHECK(static_cast<std::size_t>(std::ranges::count_if(all, is_instance)) == asked.size());
    CHECK(held_locks(world_.folder.path()) == Names{});
  }

  void has_nothing_left_to_do() {
    const auto writes = world_.fleet.writes();
    const auto end = run_program(call());
    INFO("stdout: " << end.out << "stderr: " << end.err);
    CHECK(end.exit_code == 0);
    CHECK(world_.fleet.writes() == writes);
  }

 private:
  ProgramCall call() const {
    auto call = world_.call(words(scenario_.command + " --lock-timeout 0"));
    std::ranges::replace(call.arguments, "FILE", world_.folder.path("template"));
    return call;
  }

  const Scenario& scenario_;
  Moment moment_;
  std::size_t turn_;
  ProgramWorld world_{{.start_delay = 1ms, .other_delays = 1ms, .time_per_request = 5ms}};
  std::vector<Unit> others_;
};

}  // namespace

TEST_CASE("Killed at any request, the same command again brings it to its end") {
  constexpr std::size_t more_than_any_run_sends = 200;
  // Whole programs, which no optimized build of the tests runs again.
  constexpr std::size_t stride = sweep_stride > 1 ? 3 : 1;
  std::size_t killed = 0;
  std::size_t runs = 0;
  for (const auto& scenario :
       {Scenario{"my_app 8", 3, 8},
        Scenario{"my_app 3", 8, 3},
        Scenario{"my_app 3", 8, 3, with_stop_command},
        Scenario{"my_app 8 --batch 2", 3, 8},
        Scenario{"my_app 3 --batch 2", 8, 3},
        Scenario{"my_app 4 --template-file FILE", 0, 4, my_app_options, false}}) {
    for (const auto moment : {Moment::before_acting, Moment::after_acting}) {
      std::size_t turn = 1;
      for (; turn < more_than_any_run_sends; turn += stride) {
        INFO(scenario.command << " from " << scenario.before << ", killed "
                              << (moment == Moment::before_acting ? "before" : "after")
                              << " request " << turn << " was acted upon");
        Sweep sweep(scenario, moment, turn);
        ++runs;
        if (!sweep.is_killed()) break;
        ++killed;
        sweep.goes_on();
        sweep.has_nothing_left_to_do();
        runs += 2;
      }
      CHECK(turn > 3);
      CHECK(turn < more_than_any_run_sends);
    }
  }
  std::cout << "kill sweep: " << runs << " runs, " << killed << " of them killed\n";
}
