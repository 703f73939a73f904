#include "scale_fleet/daemon/node_keeper.hpp"

#include "daemon/kept_nodes_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("bounds move a group of machines, whatever else is") {
  SECTION("up") {
    KeptNodesWorld world(between(3, 9));
    world.turn();
    CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 3 min"});
  }
  SECTION("down") {
    KeptNodesWorld world(between(0, 1));
    world.turn();
    CHECK(world.events.lines() == Lines{"TERMINATE nodes/workers 2 -> 1 max"});
  }
  SECTION("nowhere within them") {
    KeptNodesWorld world(between(1, 9));
    world.turn(10);
    CHECK(world.events.lines().empty());
    CHECK(world.cloud.started.empty());
    CHECK(world.status().current == 2U);
  }
}

TEST_CASE("a group's own bounds hold too: what they forbid isn't ordered again and again") {
  KeptNodesWorld world(by_load(1, 9));
  world.cloud.group.min = 2;
  world.cloud.group.max = 3;
  SECTION("down") {
    world.turn_at(10, 12);
    CHECK(world.cloud.started.empty());
  }
  SECTION("up") {
    world.turn_at(90, 24);
    CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 3 scale_up[0]"});
  }
  SECTION("and where no count is within both, the order says so") {
    world.cloud.group.min = 12;
    world.turn_at(90, 3);
    CHECK(world.cloud.started.size() == 1);
  }
}

TEST_CASE("a rule moves a group of machines up, and down after its cool-down") {
  KeptNodesWorld world(by_load(1, 5));
  world.turn_at(90, 3);
  CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 3 scale_up[0]"});
  world.turn_at(90, 4);
  CHECK(world.machines() == 3);
  world.turn_at(90, 5);
  CHECK(world.machines() == 4);
  world.turn_at(10, 4);
  CHECK(world.machines() == 4);
  world.turn_at(10, 5);
  CHECK(world.events.lines().back() == "TERMINATE nodes/workers 4 -> 3 scale_down[0]");
}

TEST_CASE(
    "what a group of machines is made smaller for knows the services on it, a launch doesn't") {
  KeptNodesWorld world(machines_between(1, 9));
  world.file.services.push_back(KeptWorld::service(between(1, 1)));
  world.keeper->replace(world.file);
  world.demand(hot("a"));
  world.turn();
  world.demand(so_many("p", 1));
  world.turn();
  REQUIRE(world.cloud.started.size() == 2);
  CHECK(world.cloud.started[0].services.empty());
  CHECK(world.cloud.started[1].services == world.file.services);
}

TEST_CASE("an alert launches a machine, once") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.demand(hot("a"), {"key"});
  CHECK(world.on_shelf() == 1);
  world.turn();
  CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 3 alert Hot"});
  CHECK(world.on_shelf() == 0);

  SECTION("and not again while it repeats within the cool-down") {
    for (const auto* id : {"b", "c"}) {
      world.demand(hot(id), {"key"});
      world.turn(2);
    }
    CHECK(world.events.lines().size() == 1);
    CHECK(world.on_shelf() == 0);
  }
  SECTION("nor does another one within the cool-down, which is told") {
    world.demand(hot("b"), {"another"});
    world.turn();
    CHECK(world.events.lines().back() == "NO_OP nodes/workers 3 -> 3 alert Hot");
    CHECK(world.machines() == 3);
  }
  SECTION("but where it still fires after the cool-down") {
    world.turn(10);
    world.demand(hot("b"), {"key"});
    world.turn();
    CHECK(world.machines() == 4);
  }
}

TEST_CASE("a program's demand is carried out whatever the cool-down, and within the bounds") {
  KeptNodesWorld world(machines_between(1, 4));
  world.demand(hot("a"));
  world.turn();
  REQUIRE(world.machines() == 3);
  world.demand(so_many("p", 1));
  world.turn();
  CHECK(world.events.lines().back() == "TERMINATE nodes/workers 3 -> 1 program");
  world.demand(so_many("q", 9));
  world.turn();
  CHECK(world.events.lines().back() == "LAUNCH nodes/workers 1 -> 4 program");
  CHECK(world.status().cooldown_up.has_value());
  CHECK(world.status().cooldown_down.has_value());
}

TEST_CASE("what somebody else makes of a group is audited, and left for a while") {
  auto policy = by_load(1, 9);
  policy.manual_cooldown = 60s;
  KeptNodesWorld world(policy);
  world.turn_at(50, 3);
  world.cloud.resize(5);
  world.turn_at(90, 3);
  CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 5 person"});
  CHECK(world.machines() == 5);
  world.turn_at(90, 9);
  CHECK(world.events.lines().back() == "LAUNCH nodes/workers 5 -> 6 scale_up[0]");
}

TEST_CASE("a dry run of groups changes nothing") {
  KeptNodesWorld world(machines_between(3, 9), true);
  world.demand(hot("a"));
  world.demand(hot("b"), {}, "of another file");
  const auto writes = world.state.writes;
  world.turn(6);
  CHECK(world.cloud.started.empty());
  CHECK(world.on_shelf() == 2);
  CHECK(world.state.writes == writes);
  CHECK(world.state.removals == 0);
  REQUIRE_FALSE(world.progress.lines.empty());
  CHECK(holds(world.progress.lines.front(), "workers: 2 -> 3 machines, because "));
}

TEST_CASE("a dry run of groups tells each plan once, until there is another or none") {
  KeptNodesWorld world(between(3, 9), true);
  world.turn(20);
  const Lines plan{"workers: 2 -> 3 machines, because min: 2 instances, min is 3"};
  CHECK(world.progress.lines == plan);
  world.cloud.resize(1);
  world.turn(20);
  REQUIRE(world.progress.lines.size() == 2);
  CHECK(holds(world.progress.lines.back(), "workers: 1 -> 3"));
  world.cloud.resize(3);
  world.turn(20);
  world.cloud.resize(1);
  world.turn(20);
  REQUIRE(world.progress.lines.size() == 3);
  CHECK(holds(world.progress.lines.back(), "workers: 1 -> 3"));
}

TEST_CASE("demands for groups that aren't declared are put away") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.cloud.is_away = unreachable_cloud();
  world.demand(hot("a"), {}, "drones");
  world.turn(1);
  CHECK(world.on_shelf() == 0);
  world.demand(hot("b"));
  world.turn();
  REQUIRE(world.on_shelf() == 1);
  world.file.nodes.clear();
  world.keeper->replace(world.file);
  world.turn(1);
  CHECK(world.on_shelf() == 0);
  CHECK(world.keeper->status().empty());
}

TEST_CASE("a group that stays in the file keeps its cool-down when another joins it") {
  KeptNodesWorld world(by_load(1, 9));
  world.turn_at(90, 3);
  REQUIRE(world.status().cooldown_up.has_value());
  const auto decisions = world.status().decisions;
  world.file.nodes.push_back({.name = "drones", .group = AwsGroup{.name = "d"}});
  world.keeper->replace(world.file);
  world.turn_at(90, 2);
  CHECK(world.status().cooldown_up.has_value());
  CHECK(world.status().decisions.size() >= decisions.size());
  CHECK(world.machines() == 3);
}
