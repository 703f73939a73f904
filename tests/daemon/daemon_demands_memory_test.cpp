#include "daemon/demanded_world.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a demand outlives the daemon that accepted it, and acts once") {
  KeptWorld world;
  start_two(world);
  SECTION("before it was decided on") {
    world.demand(alert("a"), {"key"});
    begin_anew(world);
    world.turn(3);
    CHECK(world.fleet.instances().size() == 4);
  }
  SECTION("after it was begun, before anything was done") {
    world.actions.before_carrying_out = [] { throw std::runtime_error("killed"); };
    world.demand(alert("a"), {"key"});
    CHECK_THROWS(world.turn());
    world.actions.before_carrying_out = nullptr;
    begin_anew(world);
    world.turn(3);
    CHECK(world.fleet.instances().size() == 4);
  }
  SECTION("after it was done, before its end was seen") {
    world.actions.is_holding = true;
    world.demand(alert("a"), {"key"});
    world.turn();
    begin_anew(world);
    world.turn(3);
    CHECK(world.fleet.instances().size() == 4);
  }
  SECTION("though it couldn't be taken off the shelf") {
    world.demand(alert("a"), {"key"});
    const auto shelf = world.state.shelves["demands"];
    world.turn(2);
    CHECK(on_shelf(world) == 0);
    world.state.shelves["demands"] = shelf;
    world.turn(12);
    begin_anew(world);
    world.turn(3);
    CHECK(world.fleet.instances().size() == 4);
  }
  SECTION("and a program's, though it couldn't be taken off the shelf") {
    world.demand(program("p", 5));
    const auto shelf = world.state.shelves["demands"];
    world.turn(2);
    CHECK(on_shelf(world) == 0);
    world.state.shelves["demands"] = shelf;
    world.demand(program("q", 3));
    world.turn(2);
    begin_anew(world);
    world.turn(3);
    CHECK(world.fleet.instances().size() == 3);
  }
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("however many are dealt with at once, none of them is done again") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(remote_between(1, 200)));
  world.turn();
  for (int i = 0; i < 100; ++i) {
    auto step = program("p" + std::to_string(i), 0);
    step.count.reset();
    step.direction = Direction::up;
    step.by = 1;
    world.demand(step);
  }
  const auto shelf = world.state.shelves["demands"];
  world.turn(2);
  CHECK(world.fleet.instances().size() == 102);
  CHECK(on_shelf(world) == 0);

  // It died before any of them was removed.
  world.state.shelves["demands"] = shelf;
  world.daemon.reset();
  world.start(KeptWorld::declared(remote_between(1, 200)));
  world.turn(2);
  CHECK(world.fleet.instances().size() == 102);
  CHECK(on_shelf(world) == 0);

  // What is removed is forgotten, but for the last ones.
  world.turn();
  world.demand(program("last", 101));
  world.turn(2);
  const auto memory = parse_memory(world.state.shelves["services"]["my_app"]);
  REQUIRE(memory);
  CHECK(memory->dealt.size() <= remembered_demands + 1);
}

TEST_CASE("nothing that was asked for is begun before whoever takes over can know it") {
  KeptWorld world;
  start_two(world);
  world.demand(program("p", 5));
  world.state.write_error = Error{.kind = ErrorKind::unavailable, .message = "the disk is full"};
  world.turn(2);
  CHECK(world.actions.started.empty());
  CHECK(on_shelf(world) == 1);
  world.state.write_error.reset();
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4, 5});
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("what its caller was told to try again isn't done behind its back") {
  KeptWorld world;
  start_two(world);
  world.state.removal_error = Error{.kind = ErrorKind::unavailable, .message = "the disk is full"};
  world.desk.put(
      {.service = "my_app", .demand = program("p", 5), .alerts = {}, .received = world.wall_time()},
      [](const Outcome&) { return false; });
  world.desk.work();
  CHECK(world.state.shelves["demands"].size() == 1);
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  world.state.removal_error.reset();
  CHECK(on_shelf(world) == 0);
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2});
}

TEST_CASE("what another daemon leads is left to it") {
  KeptWorld world;
  start_two(world);
  world.demand(alert("a"), {"key"});
  world.leads = false;
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(on_shelf(world) == 1);
  world.leads = true;
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("what a daemon that stood still puts on the shelf is seen by the one that leads") {
  KeptWorld world;
  start_two(world);
  DemandDesk of_another(world.state, [] {});
  of_another.put(
      {.service = "my_app", .demand = alert("a"), .alerts = {"key"}, .received = world.wall_time()},
      [](const Outcome&) { return true; });
  of_another.work();
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("a demand for a service that is no longer declared is put away") {
  KeptWorld world;
  start_two(world);
  world.demand(alert("a"), {"key"}, "another");
  world.turn();
  CHECK(on_shelf(world) == 0);
  world.demand(alert("b"), {"key"});
  world.actions.is_holding = true;
  world.daemon->replace(KeptWorld::declared(remote_between(1, 1), "third"), {});
  world.turn();
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("a dry run leaves on the shelf what is another daemon's") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.state.shelves["demands"] = {
      {"x", "{"}, {"y", demand_text({.service = "another", .demand = alert("y")})}};
  world.start(KeptWorld::declared(remote_between(1, 9)), {.dry_run = true});
  world.turn(2);
  CHECK(on_shelf(world) == 2);
}

TEST_CASE("a text on the shelf that is no demand is passed over and put away") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.state.shelves["demands"] = {
      {"x", "{"}, {"y", demand_text({.service = "my_app", .demand = alert("z")})}};
  world.start(KeptWorld::declared(remote_between(1, 9)));
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(on_shelf(world) == 0);
}

TEST_CASE("a demand is read as it was written") {
  const KeptDemand kept{.service = "my_app",
                        .demand = {.id = "i",
                                   .asker = Asker::program,
                                   .asked_by = "\x01 \"ü\"",
                                   .direction = Direction::down,
                                   .by = 3,
                                   .count = 65'535},
                        .alerts = {"a", "{}:{b=\"c\"}"},
                        .received = WallTime(Millis(1'795'248'000'123))};
  CHECK(parse_demand(demand_text(kept)) == kept);
  for (const auto* bad :
       {"",
        "{}",
        "[]",
        R"({"id":"i","service":"s"})",
        R"({"id":"","service":"s","asker":"alert","direction":"up","received":1})",
        R"({"id":"i","service":"s","asker":"me","direction":"up","received":1})",
        R"({"id":"i","service":"s","asker":"alert","direction":"left","received":1})",
        R"({"id":"i","service":"s","asker":"alert","direction":"up","received":"x"})"}) {
    INFO(bad);
    CHECK_FALSE(parse_demand(bad));
  }
}
