#include <fmt/format.h>

#include "commands/move_sweep.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;
using Spread = std::vector<int>;

/// Four instances on the first of two machines: the second one came later.
std::unique_ptr<MoveWorld> crowded_world(InstanceNumber instances = 4, std::size_t machines = 2) {
  auto world = std::make_unique<MoveWorld>(1);
  world->launch_instances("my_app", instances);
  for (std::size_t number = 2; number <= machines; ++number)
    world->sandbox.cluster.add_machine(sandbox_machines(machines).at(number - 1));
  world->settle();
  world->start_watching();
  return world;
}

MoveReport reschedule_it(MoveWorld& world) {
  return world.reschedule({"my_app"});
}

const MoveSweep sweep_of_reschedule{.make = [] { return crowded_world(); }, .run = reschedule_it};

void check_rescheduled(MoveWorld& world) {
  world.settle();
  CHECK(world.traces().empty());
  CHECK(world.not_running().empty());
  CHECK(world.spread("my_app") == Spread{2, 2});
  CHECK(world.least_active["my_app"] == 3);
}

}  // namespace

TEST_CASE("Instances move to a new machine until the load is even, one at a time") {
  const auto world = crowded_world();
  const auto report = world->reschedule({"my_app"});
  CHECK(message_of(report) == "no error");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(lines_of(report) == Lines{"my_app@1.service 1>2", "my_app@2.service 1>2"});
  check_rescheduled(*world);
}

TEST_CASE("Which instances are moved") {
  struct Row {
    const char* what;
    std::size_t machines;
    bool all;
    UnitOptions demands;
    Lines lines;
  };

  for (const auto& row : std::vector<Row>{
           {"no other machine", 1, false, {}, {}},
           {"three machines", 3, false, {}, {"my_app@1.service 1>2", "my_app@2.service 1>3"}},
           {"each, also where it comes back",
            2,
            true,
            {},
            {"my_app@1.service 1>2",
             "my_app@2.service 1>2",
             "my_app@3.service 1>1",
             "my_app@4.service 1>1"}},
           {"global units", 2, true, {{"X-Fleet", "Global", "true"}}, {}},
           {"those bound to their machine",
            2,
            true,
            {{"X-Fleet", "MachineID", MoveWorld::machine(1)}},
            {}},
           {"those that another machine doesn't suit",
            2,
            false,
            {{"X-Fleet", "MachineMetadata", "disk=ssd"}},
            {}}}) {
    INFO(row.what);
    MoveWorld world(1);
    world.sandbox.cluster.set_machine_metadata(MoveWorld::machine(1), "disk", "ssd");
    world.launch_instances("my_app", 4, row.demands);
    for (std::size_t number = 2; number <= row.machines; ++number)
      world.sandbox.cluster.add_machine(sandbox_machines(number).at(number - 1));
    world.settle();
    const auto planned = world.reschedule({"my_app"}, {.all = row.all, .dry_run = true});
    CHECK(planned.status == (row.lines.empty() ? ScaleStatus::unchanged : ScaleStatus::planned));
    CHECK(lines_of(planned).size() == row.lines.size());
    const auto report = world.reschedule({"my_app"}, {.all = row.all});
    CHECK(message_of(report) == "no error");
    CHECK(lines_of(report) == row.lines);
    CHECK(report.status == (row.lines.empty() ? ScaleStatus::unchanged : ScaleStatus::converged));
    CHECK(world.traces().empty());
  }
}

TEST_CASE("A dry run sends nothing but questions, and tells where instances would go") {
  const auto world = crowded_world();
  const auto report = world->reschedule({"my_app"}, {.dry_run = true});
  CHECK(report.status == ScaleStatus::planned);
  CHECK(lines_of(report) == Lines{"my_app@1.service 1>2 planned", "my_app@2.service 1>2 planned"});
  for (const auto& request : world->http->requests())
    CHECK(request.method == "GET");
}

TEST_CASE("Nothing is moved where too few would stay active") {
  struct Row {
    const char* what;
    std::optional<InstanceCount> min_healthy;
    bool one_has_failed;
    bool moves;
  };

  for (const auto& row : std::vector<Row>{{"all are well", {}, false, true},
                                          {"one isn't, and all others must be", {}, true, false},
                                          {"one isn't, and two suffice", 2, true, true},
                                          {"one isn't, and three must be", 3, true, false},
                                          {"four of four must be", 4, false, false},
                                          {"none must be", 0, true, true}}) {
    INFO(row.what);
    const auto world = crowded_world();
    if (row.one_has_failed) {
      world->sandbox.cluster.set_systemd_state("my_app@4.service", "failed", "failed");
      world->start_watching();
    }
    const auto report =
        RescheduleCommand(world->world(), {})
            .run({{.service = MoveWorld::moves("my_app", row.min_healthy), .timeout = 30s}});
    CHECK((report.status == ScaleStatus::converged) == row.moves);
    if (row.min_healthy) {
      CHECK(world->least_active["my_app"] >= std::min<std::size_t>(*row.min_healthy, 3));
    }
    if (row.moves) continue;
    CHECK(report.status == ScaleStatus::precondition_failed);
    CHECK(message_of(report).find("would stay active") != std::string::npos);
    CHECK(lines_of(report).empty());
    for (const auto& request : world->http->requests())
      CHECK(request.method == "GET");
  }
}

TEST_CASE("A sidekick goes with its main instance, which isn't done before it") {
  MoveWorld world(1);
  world.launch_instances("my_app", 2);
  world.launch_instances("logger", 2, {{"X-Fleet", "MachineOf", "my_app@%i.service"}});
  world.sandbox.cluster.add_machine(sandbox_machines(2).at(1));
  world.settle();
  world.start_watching();
  const auto report = world.reschedule({"my_app", "logger"});
  CHECK(message_of(report) == "no error");
  CHECK(lines_of(report) == Lines{"my_app@1.service 1>2"});
  CHECK(world.place_of("logger@1.service") == 2);
  CHECK(world.not_running().empty());
}

TEST_CASE("An instance that isn't active in time ends its service and no other") {
  const auto world = crowded_world();
  world->launch_instances("other", 4, {{"X-Fleet", "MachineID", MoveWorld::machine(1)}});
  auto next = std::make_shared<bool>(false);
  world->sandbox.after_event = [&] {
    if (world->place_of("my_app@1.service") == 2)
      world->sandbox.cluster.set_systemd_state("my_app@1.service", "activating", "start");
  };
  const auto report = world->reschedule({"my_app", "other"});
  CHECK(report.status == ScaleStatus::timed_out);
  REQUIRE(report.services.at(0).error);
  CHECK(report.services.at(0).error->message ==
        "my_app@1.service was not active again when the time for waiting ran out");
  CHECK(lines_of(report) == Lines{"my_app@1.service 1>- failed"});
  CHECK(report.services.at(1).status == ScaleStatus::unchanged);
  for (const auto& unit : world->units())
    CHECK(unit.desired_state == JobState::launched);
}

TEST_CASE("An instance that somebody stopped stays so, and counts for nothing") {
  const auto world = crowded_world();
  world->sandbox.cluster.set_desired_state("my_app@3.service", JobState::inactive);
  world->settle();
  const auto report = world->reschedule({"my_app"});
  CHECK(lines_of(report) == Lines{"my_app@1.service 1>2"});
  CHECK(world->sandbox.cluster.unit("my_app@3.service")->desired_state == JobState::inactive);
}

TEST_CASE("An instance whose row is lost after its move holds up the next, and fails nothing") {
  for (const Duration period : std::vector<Duration>{500ms, 1s, 2s, 24s}) {
    INFO("rows are written every " << std::chrono::duration<double>(period).count() << " s");
    auto settings = MoveWorld::quick(2);
    settings.publish_period = period;
    MoveWorld world(settings);
    world.launch_instances("my_app", 6);
    world.start_watching();
    const auto report = world.reschedule({"my_app"}, {.all = true});
    CHECK(message_of(report) == "no error");
    CHECK(lines_of(report).size() == 6);
    CHECK(world.least_active["my_app"] == 5);
    const bool was_held_up = std::ranges::any_of(world.progress.lines, [](const std::string& line) {
      return line.ends_with("isn't active; waiting whether that changes");
    });
    CHECK(was_held_up == (period == 2s));  // Else none is looked at while its row is lost.
  }
}

TEST_CASE("One that somebody destroys on its way is no failure") {
  const auto world = crowded_world();
  bool destroyed = false;
  world->http->after_acting = [&](const HttpRequest& request) {
    if (destroyed || request.method != "PUT") return;
    destroyed = true;
    world->sandbox.cluster.delete_unit("my_app@1.service");
  };
  CHECK(message_of(world->reschedule({"my_app"})) == "no error");
  CHECK(world->not_running().empty());
}

TEST_CASE("A signal at any moment of a reschedule leaves every instance launched") {
  std::size_t runs = 0;
  for (Duration moment = 0ms; moment < 8s; moment += 50ms * sweep_stride) {
    INFO("a signal after " << std::chrono::duration<double>(moment).count() << " s");
    const auto world = crowded_world();
    world->stop.raise_at(world->sandbox.clock.now() + moment);
    const auto report = world->reschedule({"my_app"});
    const auto now = world->sandbox.clock.now();
    const bool came = world->stop.requested();
    CHECK((report.status == ScaleStatus::interrupted || !came ||
           report.status == ScaleStatus::converged));
    for (const auto& unit : world->units())
      CHECK(unit.desired_state == JobState::launched);
    CHECK(world->sandbox.clock.now() == now);
    world->settle();
    CHECK(world->not_running().empty());
    CHECK(world->least_active["my_app"] >= 3);
    world->stop.forget();
    CHECK(message_of(world->reschedule({"my_app"})) == "no error");
    check_rescheduled(*world);
    ++runs;
  }
  WARN("a signal during a reschedule: " << runs << " runs");
}

TEST_CASE("One fault in passing, at any request of a reschedule, is outlasted") {
  std::size_t runs = 0;
  for (const auto& kind : faults_in_passing) {
    runs += sweep_of_reschedule.with_fault([&](std::size_t) { return kind; },
                                           [](MoveWorld& world, const MoveReport& report) {
                                             CHECK(message_of(report) == "no error");
                                             check_rescheduled(world);
                                           });
  }
  WARN("a fault in passing of a reschedule: " << runs << " runs");
}

TEST_CASE("What is refused once, at any request of a reschedule, leaves every instance launched") {
  const auto runs =
      sweep_of_reschedule.with_fault([](std::size_t) { return "status=400,no"; },
                                     [](MoveWorld& world, const MoveReport& report) {
                                       CHECK(report.status == ScaleStatus::failed);
                                       world.settle();
                                       CHECK(world.not_running().empty());
                                       CHECK(world.least_active["my_app"] >= 3);
                                       CHECK(message_of(reschedule_it(world)) == "no error");
                                       check_rescheduled(world);
                                     });
  WARN("a refusal during a reschedule: " << runs << " runs");
}

TEST_CASE("A reschedule killed at any request is taken up by the same command") {
  const auto kills = sweep_of_reschedule.with_kill([](MoveWorld& world) {
    CHECK(message_of(reschedule_it(world)) == "no error");
    check_rescheduled(world);
  });
  WARN("a reschedule killed at its requests: " << kills << " kills");
}
