#include "daemon/kept_policies.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a paused service is left alone until the pause ends") {
  KeptWorld world;
  const auto pause_for = [&](Millis span, bool down_only) {
    const KeptPause pause{.pause = {.down_only = down_only, .until = world.wall_time() + span},
                          .by = "alice",
                          .since = world.wall_time()};
    world.state.shelves["pauses"]["my_app"] = pause_text(pause);
  };
  SECTION("altogether") {
    pause_for(1min, false);
    world.start(KeptWorld::declared(between(2, 2)));
    world.turn(6);
    CHECK(world.fleet.instances().empty());
    world.turn(3);
    CHECK(world.fleet.instances() == Numbers{1, 2});
  }
  SECTION("downward only") {
    world.fleet.start_with({1, 2, 3});
    pause_for(1min, true);
    world.start(KeptWorld::declared(between(2, 2)));
    world.turn(6);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3});
    world.turn(3);
    CHECK(world.fleet.instances() == Numbers{1, 2});
  }
  SECTION("and one that can't be read pauses as well") {
    world.state.shelves["pauses"]["my_app"] = "{";
    world.start(KeptWorld::declared(between(2, 2)));
    world.turn(3);
    CHECK(world.fleet.instances().empty());
    CHECK(world.status().trouble.has_value());
    CHECK_FALSE(world.daemon->is_well());
  }
}

TEST_CASE("a pause outlasts the state in which it stood") {
  KeptWorld world;
  world.fleet.start_with({1, 2, 3});
  const KeptPause pause{.pause = {}, .by = "alice", .since = world.wall_time()};
  world.state.shelves["pauses"]["my_app"] = pause_text(pause);
  world.start(KeptWorld::declared(between(1, 1)));
  world.turn(2);
  world.state.shelves.clear();
  world.turn(4);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
  CHECK(world.state.shelves["pauses"]["my_app"] == pause_text(pause));
  // One that is ended by whoever began it is ended.
  world.state.shelves["pauses"].clear();
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1});
}

TEST_CASE("a count in somebody's key is kept within the bounds") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 4)));
  world.state.shelves["desired"]["my_app"] = " 3\n";
  turn_at(world, 10, 10);
  CHECK(world.status().current == 3U);
  world.state.shelves["desired"]["my_app"] = "9";
  world.turn(2);
  CHECK(world.status().current == 4U);
  world.state.shelves["desired"]["my_app"] = "many";
  world.turn(3);
  CHECK(world.status().current == 4U);
  CHECK(world.status().trouble.has_value());
}

TEST_CASE("a count that a person changed is respected, and starts a cool-down") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 8);
  world.fleet.scale("7");
  world.fleet.sandbox.pass(10s);
  turn_at(world, 10, 4);
  CHECK(world.status().current == 7U);
  turn_at(world, 10, 6);
  CHECK(world.status().current == 6U);
}

TEST_CASE("wishes that can't be read any more hold on as they were, and bounds are kept") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(2, 6)));
  world.state.shelves["desired"]["my_app"] = "4";
  world.turn(4);
  REQUIRE(world.status().current == 4U);
  world.state.error = Error{.kind = ErrorKind::unavailable, .message = "no state"};
  turn_at(world, 5, 8);
  CHECK(world.status().current == 4U);
  CHECK_FALSE(world.daemon->is_well());
  world.fleet.sandbox.cluster.delete_unit("my_app@2.service");
  world.fleet.sandbox.pass(10s);
  turn_at(world, 5, 2);
  CHECK(world.status().current == 4U);
}
