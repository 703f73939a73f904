#include "scale_fleet/commands/service_rights.hpp"

#include "commands/move_world.hpp"
#include "commands/rights_at_hand.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Four machines, two services of which the first machine has two instances each.
struct RightsWorld : MoveWorld {
  /// Moves take less than what is left to others between them.
  static SandboxSettings quickest() {
    auto settings = quick(1);
    settings.engine_delay = settings.agent_delay = settings.start_delay = 10ms;
    settings.stop_delay = 10ms;
    settings.publish_period = 50ms;
    return settings;
  }

  RightsWorld() : MoveWorld(quickest()) {
    launch_instances("my_app", 2);
    launch_instances("web", 2);
    for (std::size_t number = 2; number <= 4; ++number)
      sandbox.cluster.add_machine(sandbox_machines(4).at(number - 1));
    settle();
    sandbox.after_event = [this, former = sandbox.after_event] {
      former();
      witness_rights();
    };
  }

  MoveReport empty() {
    return Drain(world(),
                 {.services = {moves("my_app", 1), moves("web", 1)},
                  .timeout = 30s,
                  .group = "workers",
                  .rights = &rights})
        .empty(machine(1));
  }

  /// Every unit that is off its machine is ours to move.
  void witness_rights() {
    for (const auto& unit : units()) {
      const auto service = service_of(unit.name);
      const bool is_away = unit.desired_state == JobState::inactive &&
                           !unit.name.starts_with(blocker_prefix) && !is_template_name(unit.name);
      if (service && is_away && !rights.ours.contains(service->display_name()))
        moved_unasked.insert(unit.name);
    }
  }

  RightsAtHand rights{sandbox.clock};
  std::set<std::string> moved_unasked;
};

}  // namespace

TEST_CASE("A drain has a service to itself for each move, and leaves it to others in between") {
  RightsWorld world;
  const auto report = world.empty();
  CHECK(message_of(report) == "no error");
  CHECK(lines_of(report).size() == 4);
  CHECK(world.moved_unasked.empty());
  CHECK(world.rights.ours.empty());
  CHECK_FALSE(world.rights.is_taken_twice);
  std::map<std::string, std::vector<TimePoint>> moments;
  for (const auto& [service, moment] : world.rights.taken)
    moments[service].push_back(moment);
  // The last time there is nothing left to move.
  CHECK(moments["my_app"].size() == 3);
  CHECK(moments["web"].size() == 3);
}

TEST_CASE("A service that was given back is left to others for a moment") {
  RightsWorld world;
  std::optional<TimePoint> given_back;
  Duration shortest = 1h;
  world.sandbox.after_event = [&, former = world.sandbox.after_event] {
    former();
    const auto found = world.rights.given_back.find("web");
    if (found == world.rights.given_back.end()) return;
    if (world.rights.ours.contains("web") && found->second == given_back) {
      shortest = std::min(shortest, world.rights.taken.back().moment - found->second);
    }
    given_back = found->second;
  };
  CHECK(world.empty().status == ScaleStatus::converged);
  CHECK(shortest < 1h);
  CHECK(shortest >= time_for_others);
}

TEST_CASE("A drain waits for a service that somebody else works on, and meanwhile moves others") {
  RightsWorld world;
  const auto began = world.sandbox.clock.now();
  world.rights.others_until["my_app"] = began + 20s;
  const auto report = world.empty();
  CHECK(message_of(report) == "no error");
  CHECK(lines_of(report).size() == 4);
  for (const auto& [service, moment] : world.rights.taken)
    CHECK((service == "my_app") == (moment >= began + 20s));
  CHECK(world.rights.given_back["web"] < began + 20s);
  CHECK(std::ranges::count(world.progress.lines, "my_app is held by the test; waiting for it") ==
        1);
}

TEST_CASE("A drain gives up where a service isn't to be had, and keeps no right") {
  struct Row {
    const char* what;
    std::optional<Error> error;
    ErrorKind kind;
    Duration at_least;
  };

  for (const auto& row :
       {Row{"somebody works on it all the time", {}, ErrorKind::precondition, 30s},
        Row{"nobody can tell",
            Error{.kind = ErrorKind::unavailable, .message = "no etcd"},
            ErrorKind::unavailable,
            0s}}) {
    INFO(row.what);
    RightsWorld world;
    const auto began = world.sandbox.clock.now();
    if (row.error) {
      world.rights.errors["my_app"] = *row.error;
    } else {
      world.rights.others_until["my_app"] = began + 1h;
    }
    const auto report = world.empty();
    REQUIRE(report.error);
    CHECK(report.error->kind == row.kind);
    CHECK(world.sandbox.clock.now() - began >= row.at_least);
    CHECK(world.rights.ours.empty());
    CHECK(world.moved_unasked.empty());
    CHECK(world.traces().empty());
    world.settle();
    CHECK(world.not_running().empty());
  }
}

TEST_CASE("Moves that were broken off are ended, but of services that somebody else works on") {
  RightsWorld world;
  for (const auto* unit : {"my_app@1.service", "web@1.service"}) {
    const Blocker blocker{.machine_id = RightsWorld::machine(1), .unit = unit};
    world.sandbox.cluster.put_unit(
        blocker_name(blocker), blocker_options(blocker), JobState::inactive);
    world.rights.ours.insert({"my_app", "web"});
    world.sandbox.cluster.set_desired_state(unit, JobState::inactive);
  }
  world.rights.ours.clear();
  world.settle();
  world.rights.others_until["my_app"] = world.sandbox.clock.now() + 1h;
  const std::vector<ServiceMoves> both{RightsWorld::moves("my_app"), RightsWorld::moves("web")};
  CHECK(end_broken_off_moves(world.world(), both, &world.rights));
  world.settle();
  CHECK(world.traces().size() == 1);
  CHECK(world.not_running().size() == 2);  // The unit and its mark.
  CHECK(world.sandbox.cluster.is_active("web@1.service"));
  CHECK(world.rights.ours.empty());

  // Nor does emptying what a killed run left there.
  CHECK(world.drain().release_leftovers({RightsWorld::machine(1)}));
  CHECK(world.traces().size() == 1);
  world.rights.others_until.clear();
  CHECK(end_broken_off_moves(world.world(), both, &world.rights));
  world.settle();
  CHECK(world.traces().empty());
  CHECK(world.not_running().empty());
}
