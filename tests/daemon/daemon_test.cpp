#include "scale_fleet/daemon/daemon.hpp"

#include "daemon/kept_policies.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a declared count is brought about and repaired") {
  KeptWorld world;
  world.start(KeptWorld::declared(between(3, 3)));
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});

  SECTION("when an instance is destroyed") {
    world.fleet.sandbox.cluster.delete_unit("my_app@2.service");
    world.fleet.sandbox.pass(10s);
    world.turn(2);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3});
  }
  SECTION("when somebody adds one") {
    world.fleet.scale("5");
    world.turn(2);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3});
  }
  SECTION("when an instance isn't launched any more") {
    world.fleet.sandbox.cluster.set_desired_state("my_app@2.service", JobState::inactive);
    world.fleet.sandbox.pass(10s);
    world.turn(2);
    CHECK(world.fleet.sandbox.cluster.unit("my_app@2.service")->desired_state ==
          JobState::launched);
  }
}

TEST_CASE("what somebody else changed is in the audit, once, and what a daemon finds first isn't") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(between(1, 5)));
  world.turn(2);
  world.fleet.scale("4");
  world.turn(2);
  world.fleet.scale("3");
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
  CHECK(world.events.lines() == Lines{"NO_OP my_app 2 -> 2 ",
                                      "LAUNCH my_app 2 -> 4 person",
                                      "TERMINATE my_app 4 -> 3 person"});
}

TEST_CASE("a service whose count is within its bounds is left as it is") {
  KeptWorld world;
  world.fleet.start_with({1, 2, 3});
  world.start(KeptWorld::declared(between(2, 5)));
  world.turn(5);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
  CHECK(world.fleet.sent("PUT") == 0);
  CHECK(world.fleet.sent("DELETE") == 0);
}

TEST_CASE("the count follows a metric up and down, between cool-downs and within its bounds") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 3)));
  turn_at(world, 50, 2);
  CHECK(world.status().current == 1U);
  turn_at(world, 95, 3);
  CHECK(world.status().current == 2U);
  turn_at(world, 95, 12);
  CHECK(world.status().current == 3U);
  turn_at(world, 10, 30);
  CHECK(world.status().current == 1U);
  CHECK(world.events.lines() == Lines{"LAUNCH my_app 0 -> 1 min",
                                      "LAUNCH my_app 1 -> 2 scale_up[0]",
                                      "NO_OP my_app 2 -> 2 scale_up[0]",
                                      "LAUNCH my_app 2 -> 3 scale_up[0]",
                                      "NO_OP my_app 3 -> 3 scale_up[0]",
                                      "TERMINATE my_app 3 -> 2 scale_down[0]",
                                      "NO_OP my_app 2 -> 2 scale_down[0]",
                                      "TERMINATE my_app 2 -> 1 scale_down[0]",
                                      "NO_OP my_app 1 -> 1 scale_down[0]"});
}

TEST_CASE("units that the file doesn't name are never touched") {
  // B3: after a start that failed Dynamite destroys every unit of the cluster.
  KeptWorld world;
  auto& cluster = world.fleet.sandbox.cluster;
  for (const auto* name : {"my_app@blue.service", "my_app_v2@1.service", "other.service"})
    cluster.put_unit(name, plain_options(), JobState::loaded);
  world.fleet.sandbox.pass(10s);
  world.start(KeptWorld::declared(between(0, 0)));
  world.turn(3);
  for (const auto* name : {"my_app@blue.service", "my_app_v2@1.service", "other.service"}) {
    REQUIRE(cluster.unit(name));
    CHECK(cluster.unit(name)->desired_state == JobState::loaded);
  }
}

TEST_CASE("a dry run decides and tells, and changes nothing anywhere") {
  KeptWorld world;
  world.fleet.start_with({1, 2, 3, 4, 5});
  world.start(KeptWorld::declared(between(1, 3)), {.dry_run = true});
  const auto before = world.fleet.http.requests().size();
  world.turn(5);
  REQUIRE(world.fleet.http.requests().size() > before);
  for (const auto& request : world.fleet.http.requests())
    CHECK(request.method == "GET");
  CHECK(world.state.writes == 0);
  CHECK(world.events.events.empty());
  CHECK(world.status().wanted == 3U);
  const auto& told = world.fleet.progress.lines;
  CHECK(std::ranges::count_if(told, [](const auto& line) { return holds(line, "5 -> 3"); }) == 1);
}

TEST_CASE("a Fleet that can't be read stops every decision, and is told once") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(between(3, 3)));
  world.fleet.inject("GET:*:*:status=400");
  world.turn(4);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(world.fleet.sent("PUT") == 0);
  CHECK(world.events.lines() == Lines{"NO_OP_ERROR  ? -> ? file"});
  CHECK_FALSE(world.daemon->is_well());
  CHECK_FALSE(world.daemon->status().last_good_look);
}
