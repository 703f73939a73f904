#include "daemon/demanded_world.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("an alert moves the count by its step, once") {
  KeptWorld world;
  start_two(world);
  world.demand(alert("a"), {"key"});
  CHECK(on_shelf(world) == 1);
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  CHECK(world.events.lines().back() == "LAUNCH my_app 2 -> 4 alert a");
  CHECK(on_shelf(world) == 0);

  SECTION("and not again while it repeats within the cool-down") {
    for (const auto* id : {"b", "c", "d"}) {
      world.demand(alert(id), {"key"});
      world.turn(2);
    }
    CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
    CHECK(on_shelf(world) == 0);
  }
  SECTION("nor does another one within the cool-down") {
    world.demand(alert("b"), {"another"});
    world.turn(2);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
    CHECK(world.events.lines().back() == "NO_OP my_app 4 -> 4 alert b");
    CHECK(world.events.events.back().reason.find("up is closed for") != std::string::npos);
  }
  SECTION("but where it still fires after the cool-down") {
    world.turn(12);
    world.demand(alert("b"), {"key"});
    world.turn(2);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("without a cool-down, what comes again within a minute is the same alert") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  auto policy = remote_between(1, 9);
  policy.remote->cooldown_up = 0ms;
  world.start(KeptWorld::declared(policy));
  world.turn();
  world.demand(alert("a"), {"key"});
  world.turn();
  world.demand(alert("b"), {"key"});
  world.turn(2);
  CHECK(world.fleet.instances().size() == 4);
  world.demand(alert("c"), {"key", "one more"});
  world.turn();
  CHECK(world.fleet.instances().size() == 6);
  world.turn(6);
  world.demand(alert("d"), {"key"});
  world.turn();
  CHECK(world.fleet.instances().size() == 8);
}

TEST_CASE("programs are served one after the other, cool-down or not") {
  KeptWorld world;
  start_two(world);
  auto one_more = program("p1", 0);
  one_more.count.reset();
  one_more.direction = Direction::up;
  one_more.by = 1;
  world.demand(one_more);
  one_more.id = "p2";
  world.demand(one_more);
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  world.demand(program("p3", 1));
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1});
  // The rules wait: somebody wanted this count.
  CHECK(world.status().cooldown_up.has_value());
  CHECK(world.status().cooldown_down.has_value());
}

TEST_CASE("a demand that fails is tried again, and then given up") {
  KeptWorld world;
  start_two(world);
  world.fleet.inject("PUT:*:*:status=400,no");
  world.demand(alert("a"), {"key"});
  world.turn(10);
  CHECK(world.fleet.instances().size() == 2);
  CHECK(world.status().carrying.has_value());
  world.turn(60);
  CHECK_FALSE(world.status().carrying.has_value());
  CHECK(world.events.lines().back() == "NO_OP_ERROR my_app 2 -> 2 alert a");
}

TEST_CASE("what somebody makes of the count ends a demand that is being tried") {
  KeptWorld world;
  start_two(world);
  world.fleet.inject("PUT:*:1-2:status=400,no");
  world.demand(alert("a"), {"key"});
  world.turn();
  REQUIRE(world.status().under_way.has_value());
  world.fleet.sandbox.cluster.delete_unit(ScaleWorld::unit(2));
  world.turn(30);
  CHECK_FALSE(world.status().carrying.has_value());
  CHECK(world.fleet.instances() == Numbers{1});
}

TEST_CASE("it is told what is being carried out, and who waits for a decision") {
  KeptWorld world;
  start_two(world);
  world.actions.is_holding = true;
  world.demand(program("p", 5));
  world.turn();
  world.demand(alert("b"));
  world.demand(alert("c"));
  world.turn();
  CHECK(world.status().waiting == std::vector<std::string>{"alert b", "alert c"});
  const auto text = explain_service(status_document(world.daemon->status()), "my_app");
  REQUIRE(text);
  CHECK(holds(*text, "\n  being carried out: 5 for program\n"));
  CHECK(holds(*text, "\n  2 requests to be decided on: alert b, ...\n"));
}

TEST_CASE("a paused service answers an alert by nothing, and keeps what a program was promised") {
  KeptWorld world;
  start_two(world);
  world.state.shelves["pauses"]["my_app"] =
      pause_text({.pause = {}, .by = "alice", .since = world.wall_time()});
  world.demand(alert("a"), {"key"});
  world.demand(program("p", 5));
  world.turn(2);
  CHECK(on_shelf(world) == 1);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(world.status().waiting == std::vector<std::string>{"program"});
  world.state.shelves["pauses"].clear();
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4, 5});
}

TEST_CASE("a count for as many as there were is nothing where there are others by then") {
  KeptWorld world;
  start_two(world);
  auto fewer = program("p", 1);
  fewer.only_from = 3;
  world.demand(fewer);
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(world.events.events.back().reason ==
        "program asked for it where there are 3, and there are 2");
  CHECK(on_shelf(world) == 0);
  fewer.id = "q";
  fewer.only_from = 2;
  world.demand(fewer);
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1});
}

TEST_CASE("the same alerts accepted twice are one step, however long that takes") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  auto policy = remote_between(1, 9);
  policy.remote->cooldown_up = 0ms;
  world.start(KeptWorld::declared(policy));
  world.turn();
  world.actions.is_holding = true;
  world.demand(alert("a"), {"key", "other"});
  world.turn();
  world.demand(alert("b"), {"other"});
  world.demand(alert("c"), {"key"});
  // Longer than an alert that has acted is known.
  world.turn(12);
  world.actions.is_holding = false;
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("thousands that ask the same are one reason") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(remote_between(1, 100)));
  world.turn();
  for (int i = 0; i < 30; ++i)
    world.demand(alert("a" + std::to_string(i)), {"key" + std::to_string(i)});
  world.turn(2);
  CHECK(world.events.lines().back() == "LAUNCH my_app 2 -> 4 alert a0");
  CHECK(holds(world.events.events.back().reason, "alert a19: asks for 2 more; and 10 more"));
}

TEST_CASE("bounds come first, and the demand after them") {
  KeptWorld world;
  world.start(KeptWorld::declared(remote_between(1, 9)));
  world.demand(alert("a"), {"key"});
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
}
