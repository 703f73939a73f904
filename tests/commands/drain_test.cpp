#include <fmt/format.h>

#include "commands/move_sweep.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using DrainLines = std::vector<std::string>;

/// Three machines; two services with an instance on each, another with one, a sidekick, and a
/// global unit. The first machine is to be emptied.
std::unique_ptr<MoveWorld> furnished_world() {
  auto world = std::make_unique<MoveWorld>(3);
  world->launch_instances("my_app", 3, {{"X-Fleet", "MachineMetadata", "role=worker"}});
  world->launch_instances("web", 3);
  world->launch("agent.service", {{"X-Fleet", "Global", "true"}});
  world->launch("single.service");
  world->launch("announcer@1.service", {{"X-Fleet", "MachineOf", "my_app@1.service"}});
  world->start_watching();
  return world;
}

const std::vector<ServiceMoves> two_declared{MoveWorld::moves("my_app", 2),
                                             MoveWorld::moves("web")};

const std::string emptied = MoveWorld::machine(1);

MoveReport empty_it(MoveWorld& world) {
  return world.drain(two_declared).empty(emptied);
}

const MoveSweep sweep_of_drain{.make = furnished_world, .run = empty_it};

/// The units on the machine that is emptied, but for what keeps others away.
DrainLines left_there(const MoveWorld& world) {
  return units_left_on(
      emptied,
      {.units = world.units(), .states = {}, .machines = world.sandbox.cluster.machines()});
}

void check_held(MoveWorld& world) {
  CHECK(world.least_active["my_app"] >= 2);
  CHECK(world.least_active["web"] >= 2);
}

/// Emptied, and everything runs elsewhere, also once units may come back.
void check_drained(MoveWorld& world) {
  CHECK(left_there(world).empty());
  check_held(world);
  CHECK(world.drain().release(emptied));
  world.settle();
  CHECK(world.traces().empty());
  CHECK(world.not_running().empty());
  CHECK(left_there(world).empty());
}

/// It ended in order, and all is as it was but for where it runs.
void check_given_up(MoveWorld& world) {
  for (const auto& unit : world.units())
    CHECK(unit.desired_state == JobState::launched);
  CHECK(world.traces().empty());
  world.settle();
  CHECK(world.not_running().empty());
  check_held(world);
}

}  // namespace

TEST_CASE("A machine is emptied, and nothing comes back though it is the emptiest") {
  const auto world = furnished_world();
  const auto report = world->drain(two_declared).empty(emptied);
  CHECK(message_of(report) == "no error");
  CHECK(report.status == ScaleStatus::converged);
  auto lines = lines_of(report);
  CHECK(lines.size() == 3);
  CHECK(lines.at(0).starts_with("my_app@1.service 1>"));
  CHECK(lines.at(1).starts_with("web@1.service 1>"));
  CHECK(lines.at(2).starts_with("single.service 1>"));
  CHECK(world->place_of("announcer@1.service") == world->place_of("my_app@1.service"));
  // Nothing that was moved comes back while the blockers are there, whatever happens to it.
  for (const auto* unit : {"my_app@1.service", "web@1.service", "single.service"}) {
    world->sandbox.cluster.set_desired_state(unit, JobState::inactive);
    world->settle();
    world->sandbox.cluster.set_desired_state(unit, JobState::launched);
    world->settle();
    CHECK(world->place_of(unit) > 1);
  }
  world->start_watching();
  check_drained(*world);
}

TEST_CASE("Without blockers a unit that leaves the fullest machine may come straight back") {
  // Why drains are as they are: here the machine is the emptiest once its only unit has left.
  MoveWorld world(2);
  world.launch("a.service");
  world.launch("b.service");
  world.launch("c.service", {{"X-Fleet", "MachineID", MoveWorld::machine(2)}});
  REQUIRE(world.place_of("a.service") == 1);
  world.sandbox.cluster.set_desired_state("a.service", JobState::inactive);
  world.settle();
  world.sandbox.cluster.set_desired_state("a.service", JobState::launched);
  world.settle();
  CHECK(world.place_of("a.service") == 1);
  CHECK(world.drain().empty(emptied).status == ScaleStatus::converged);
  CHECK(world.place_of("a.service") == 2);
}

TEST_CASE("An empty machine needs nothing but a look") {
  MoveWorld world(2);
  world.launch("agent.service", {{"X-Fleet", "Global", "true"}});
  const auto report = world.drain().empty(emptied);
  CHECK(report.status == ScaleStatus::unchanged);
  for (const auto& request : world.http->requests())
    CHECK(request.method == "GET");
}

TEST_CASE("What can't leave is named with what it demands, and nothing is changed") {
  struct Row {
    const char* what;
    UnitOptions demands;
    const char* message;
  };

  for (const auto& row : std::vector<Row>{
           {"bound to the machine",
            {{"X-Fleet", "MachineID", emptied}},
            "stuck.service is bound to the machine (MachineID=00000001000000000000000000000000)"},
           {"needs what only this machine has",
            {{"X-Fleet", "MachineMetadata", "disk=ssd"}},
            "no other machine has a place for stuck.service (MachineMetadata=disk=ssd)"},
           {"in conflict with units on all others",
            {{"X-Fleet", "Conflicts", "my_app@[23].service"}},
            "no other machine has a place for stuck.service (Conflicts=my_app@[23].service)"}}) {
    INFO(row.what);
    const auto world = furnished_world();
    world->sandbox.cluster.set_machine_metadata(emptied, "disk", "ssd");
    world->launch("stuck.service", row.demands);
    REQUIRE(world->place_of("stuck.service") == 1);
    const auto report = world->drain(two_declared).empty(emptied);
    CHECK(report.status == ScaleStatus::failed);
    CHECK(message_of(report) == row.message);
    for (const auto& request : world->http->requests())
      CHECK(request.method == "GET");
  }
}

TEST_CASE("A unit that finds no place after all goes back, and the drain fails") {
  const auto world = furnished_world();
  // Somebody else takes the last place while it is on its way.
  world->sandbox.after_event = [&] {
    const auto unit = world->sandbox.cluster.unit("single.service");
    if (unit->desired_state != JobState::inactive) return;
    for (const std::size_t number : {2U, 3U}) {
      const auto name = fmt::format("guard{}.service", number);
      if (world->sandbox.cluster.unit(name)) continue;
      world->sandbox.cluster.put_unit(name,
                                      {{"X-Fleet", "MachineMetadata", "role=worker"},
                                       {"X-Fleet", "Conflicts", "single.service"},
                                       {"X-Fleet", "X-Conflicts", "guard*.service"},
                                       {"Service", "ExecStart", "/bin/app"}},
                                      JobState::launched);
    }
  };
  const auto report = world->drain().empty(emptied);
  CHECK(report.status == ScaleStatus::timed_out);
  CHECK(message_of(report) == "Fleet found no machine for single.service in time");
  check_given_up(*world);
  CHECK(world->place_of("single.service") == 1);
}

TEST_CASE("A unit that can be nowhere else and comes meanwhile ends a drain in order") {
  const auto world = furnished_world();
  world->http->after_acting = [&](const HttpRequest& request) {
    if (request.body != R"({"desiredState":"launched"})") return;
    world->sandbox.cluster.put_unit("new.service",
                                    {{"X-Fleet", "MachineMetadata", "scale-fleet-drain=" + emptied},
                                     {"Service", "ExecStart", "/bin/app"}},
                                    JobState::launched);
  };
  const auto report = world->drain(two_declared).empty(emptied);
  CHECK(report.status == ScaleStatus::failed);
  CHECK(message_of(report) ==
        "no other machine has a place for new.service (MachineMetadata=scale-fleet-drain=" +
            emptied + ")");
  CHECK(world->traces().empty());
}

TEST_CASE("A unit that somebody launches there meanwhile is moved too") {
  const auto world = furnished_world();
  bool launched = false;
  world->sandbox.after_event = [&] {
    if (launched || world->place_of("web@1.service") < 2) return;
    launched = true;
    // Everybody else is fuller.
    for (const auto* name : {"a1", "a2", "a3", "a4"}) {
      for (const std::size_t number : {2U, 3U})
        world->sandbox.cluster.put_unit(fmt::format("{}-{}.service", name, number),
                                        {{"X-Fleet", "MachineID", MoveWorld::machine(number)},
                                         {"Service", "ExecStart", "/bin/app"}},
                                        JobState::launched);
    }
    world->sandbox.cluster.put_unit(
        "late.service", {{"Service", "ExecStart", "/bin/app"}}, JobState::launched);
  };
  const auto report = world->drain(two_declared).empty(emptied);
  CHECK(message_of(report) == "no error");
  CHECK(world->place_of("late.service") > 1);
  CHECK(lines_of(report).size() == 4);
  CHECK(lines_of(report).back().starts_with("late.service 1>"));
}

TEST_CASE("Where too few would stay active a drain moves nothing of that service") {
  const auto world = furnished_world();
  world->sandbox.cluster.set_systemd_state("web@2.service", "failed", "failed");
  const auto report = world->drain(two_declared).empty(emptied);
  CHECK(report.status == ScaleStatus::precondition_failed);
  CHECK(message_of(report) ==
        "web@1.service can't be moved: 1 of web would stay active, and 2 must; web@2.service "
        "isn't active");
  CHECK(world->place_of("web@1.service") == 1);
  CHECK(world->traces().empty());
}

TEST_CASE("A Fleet that can't change metadata is told at once, and nothing is moved") {
  const auto world = furnished_world();
  world->sandbox.faults.add(*parse_fault("PATCH:/machines:*:status=405,only GET"));
  const auto report = world->drain(two_declared).empty(emptied);
  CHECK(report.status == ScaleStatus::failed);
  CHECK(message_of(report).find("too old") != std::string::npos);
  CHECK(lines_of(report).empty());
  check_given_up(*world);
}

TEST_CASE("Units that fail, and loaded ones, are moved too") {
  MoveWorld world(2);
  world.launch("bad.service",
               {{"Service", "ExecStart", ""}, {"Service", "ExecStart", "/bin/false"}});
  world.launch("other.service");
  world.launch("idle.service");
  world.sandbox.cluster.set_desired_state("idle.service", JobState::loaded);
  world.settle();
  REQUIRE(world.place_of("bad.service") == 1);
  REQUIRE(world.place_of("idle.service") == 1);
  const auto report = world.drain().empty(emptied);
  CHECK(message_of(report) == "no error");
  CHECK(world.place_of("bad.service") == 2);
  CHECK(world.place_of("idle.service") == 2);
  CHECK(world.sandbox.cluster.unit("idle.service")->desired_state == JobState::loaded);
}

TEST_CASE("A signal at any moment of a drain leaves every unit launched and nothing of the drain") {
  std::size_t runs = 0;
  for (Duration moment = 0ms; moment < 6s; moment += 50ms * sweep_stride) {
    INFO("a signal after " << std::chrono::duration<double>(moment).count() << " s");
    const auto world = furnished_world();
    world->stop.raise_at(world->sandbox.clock.now() + moment);
    const auto report = world->drain(two_declared).empty(emptied);
    const bool is_done = report.status == ScaleStatus::converged;
    CHECK((is_done || report.status == ScaleStatus::interrupted));
    if (!is_done) check_given_up(*world);
    world->stop.forget();
    CHECK(message_of(world->drain(two_declared).empty(emptied)) == "no error");
    check_drained(*world);
    ++runs;
  }
  WARN("a signal during a drain: " << runs << " runs");
}

TEST_CASE("One fault in passing, at any request of a drain, is outlasted") {
  const auto runs = sweep_of_drain.with_fault(
      [](std::size_t turn) { return faults_in_passing[turn % faults_in_passing.size()]; },
      [](MoveWorld& world, const MoveReport& report) {
        CHECK(message_of(report) == "no error");
        check_drained(world);
      });
  WARN("a fault in passing of a drain: " << runs << " runs");
}

TEST_CASE("What is refused once, at any request of a drain, ends it in order") {
  const auto runs = sweep_of_drain.with_fault([](std::size_t) { return "status=400,no"; },
                                              [](MoveWorld& world, const MoveReport& report) {
                                                CHECK(report.status == ScaleStatus::failed);
                                                check_given_up(world);
                                                CHECK(message_of(empty_it(world)) == "no error");
                                                check_drained(world);
                                              });
  WARN("a refusal during a drain: " << runs << " runs");
}

TEST_CASE("A drain killed at any request is undone, or taken up, by the next run") {
  for (const bool goes_on : {true, false}) {
    const auto kills = sweep_of_drain.with_kill([&](MoveWorld& world) {
      CHECK(world.drain().release_leftovers({emptied}));
      check_given_up(world);
      if (!goes_on) return;
      CHECK(message_of(empty_it(world)) == "no error");
      check_drained(world);
    });
    WARN("a drain killed, " << (goes_on ? "and begun again: " : "and undone: ") << kills
                            << " kills");
  }
}

TEST_CASE("What other drains have left is left to them") {
  const auto world = furnished_world();
  REQUIRE(world->drain(two_declared).empty(emptied).status == ScaleStatus::converged);
  const auto before = world->traces();
  REQUIRE(before.size() == 4);
  CHECK(world->drain().release(MoveWorld::machine(2)));
  CHECK(world->traces() == before);
  auto of_another_group = Drain(world->world(), {.services = {}, .group = "others"});
  CHECK(of_another_group.release_leftovers({MoveWorld::machine(3)}));
  CHECK(world->traces() == before);
  auto of_the_group = Drain(world->world(), {.services = {}, .group = "workers"});
  CHECK(of_the_group.release_leftovers({}));
  CHECK(world->traces().empty());
}
