#include "scale_fleet/daemon/node_keeper.hpp"

#include "daemon/kept_nodes_world.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

ServicePolicy machines_between(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.remote = RemoteRule{.up_by = {.amount = 1}, .cooldown_up = 90s, .cooldown_down = 90s};
  return policy;
}

Demand hot(const std::string& id, Direction direction = Direction::up) {
  return {.id = id, .asked_by = "alert Hot", .direction = direction};
}

Demand so_many(const std::string& id, InstanceCount count) {
  return {.id = id, .asker = Asker::program, .asked_by = "program", .count = count};
}

Error unreachable() {
  return {.kind = ErrorKind::unavailable, .message = "the cloud is away"};
}

Error no_capacity() {
  return {.kind = ErrorKind::refused, .message = "no capacity"};
}

}  // namespace

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

TEST_CASE("a demand for machines outlives the daemon that accepted it, and acts once") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  SECTION("before it was decided on") {
    world.demand(hot("a"), {"key"});
    world.begin();
  }
  SECTION("after it was begun, before anything was done") {
    world.cloud.dies_before = true;
    world.demand(hot("a"), {"key"});
    CHECK_THROWS(world.turn());
    REQUIRE(world.machines() == 2);
    world.begin();
  }
  SECTION("after it was done, before its end was seen") {
    world.cloud.holds_ends = true;
    world.demand(hot("a"), {"key"});
    world.turn();
    REQUIRE(world.machines() == 3);
    world.begin();
  }
  SECTION("after its end was seen, though it couldn't be taken off the shelf") {
    world.demand(hot("a"), {"key"});
    const auto shelves = world.state.shelves[std::string(node_demands_shelf)];
    world.turn();
    world.state.shelves[std::string(node_demands_shelf)] = shelves;
    world.begin();
    world.turn(12);
  }
  world.turn(4);
  CHECK(world.machines() == 3);
  CHECK(world.on_shelf() == 0);
  CHECK_FALSE(world.status().carrying.has_value());
  CHECK(world.events.lines().size() <= 1);
}

TEST_CASE("the cool-down of a launch holds for the daemon that comes after") {
  KeptNodesWorld world(machines_between(1, 9));
  world.cloud.holds_ends = true;
  world.demand(hot("a"), {"key"});
  world.turn(2);
  REQUIRE(world.machines() == 3);
  world.begin();
  world.demand(hot("b"), {"another"});
  world.turn();
  CHECK(world.machines() == 3);
  CHECK(world.status().cooldown_up.has_value());
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

TEST_CASE("what somebody else makes of a group while it is changed is theirs") {
  auto policy = machines_between(1, 9);
  policy.manual_cooldown = 10min;
  KeptNodesWorld world(policy);
  world.turn();
  world.cloud.left_at = 6;
  world.demand(hot("a"));
  world.turn(4);
  world.cloud.left_at.reset();
  REQUIRE(world.events.lines().size() == 2);
  CHECK(world.events.lines()[1] == "LAUNCH nodes/workers 3 -> 6 person");
  CHECK_FALSE(world.status().carrying.has_value());
  REQUIRE(world.status().cooldown_down.has_value());
  CHECK(holds(world.status().cooldown_down->because, "somebody else"));
}

TEST_CASE("what somebody changes between the look and the order is no opinion of ours") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.cloud.holds_looks = true;
  world.demand(hot("a"));
  world.turn(1);
  world.cloud.resize(5);
  world.cloud.refuses = Error{.kind = ErrorKind::precondition, .message = "it has 5"};
  world.cloud.holds_looks = false;
  world.turn(4);
  CHECK(world.events.lines() ==
        Lines{"LAUNCH_ERROR nodes/workers 2 -> 5 alert Hot", "LAUNCH nodes/workers 2 -> 5 person"});
  CHECK_FALSE(world.status().carrying.has_value());
}

TEST_CASE("an order that fails is tried again after pauses that grow") {
  KeptNodesWorld world(machines_between(1, 9));
  world.cloud.refuses = no_capacity();
  world.demand(hot("a"));
  std::vector<std::size_t> tries;
  for (int minute = 0; minute < 4; ++minute) {
    world.turn(12, 5s);
    tries.push_back(world.cloud.started.size());
  }
  CHECK(tries == std::vector<std::size_t>{3, 4, 4, 5});
  CHECK(world.cloud.started.size() == world.progress.warnings.size());
  CHECK(world.progress.warnings.front() == "workers: no capacity");
  CHECK(world.status().trouble == no_capacity());
  CHECK(world.status().next_try.has_value());

  SECTION("until it comes true") {
    world.cloud.refuses.reset();
    world.turn(20, 15s);
    CHECK(world.machines() == 3);
    CHECK_FALSE(world.status().trouble.has_value());
    CHECK_FALSE(world.status().next_try.has_value());
  }
  SECTION("or is given up") {
    world.turn(60);
    CHECK(world.events.lines().back() == "NO_OP_ERROR nodes/workers 2 -> 2 alert Hot");
    CHECK_FALSE(world.status().carrying.has_value());
  }
}

TEST_CASE("while the cloud is away nothing is decided, which is told once") {
  KeptNodesWorld world(by_load(1, 9));
  world.turn_at(50, 3);
  world.cloud.is_away = unreachable();
  world.turn_at(90, 20);
  CHECK(world.cloud.started.empty());
  CHECK(world.progress.warnings == Lines{"workers: the cloud is away"});
  CHECK(world.events.lines() == Lines{"NO_OP_ERROR nodes/workers 2 -> 2 file"});
  CHECK(world.status().trouble == unreachable());
  world.cloud.is_away.reset();
  world.turn_at(90, 4);
  CHECK(world.machines() == 3);
  CHECK_FALSE(world.status().trouble.has_value());
}

TEST_CASE("a cloud is asked every quarter of a minute at most, but at once for a demand") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn(30, 1s);
  CHECK(world.cloud.looks == 2);
  world.demand(hot("a"));
  world.turn(2, 1s);
  CHECK(world.cloud.looks == 3);
  CHECK(world.machines() == 3);
}

TEST_CASE("one that stands by leaves a group to its leader") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.demand(hot("a"));
  world.keeper->stand_by();
  CHECK(world.on_shelf() == 1);
  const KeptDemand same{
      .service = "workers", .demand = hot("b"), .alerts = {}, .received = world.now()};
  CHECK(world.desk.in_hand(same) == AskedBefore::nothing);

  SECTION("and takes up what it finds when it leads again") {
    world.turn(4);
    CHECK(world.machines() == 3);
    CHECK(world.on_shelf() == 0);
  }
  SECTION("whatever it saw before") {
    world.turn(1);
    world.cloud.resize(5);
    world.clock.advance(2min);
    world.keeper->stand_by();
    world.turn(1);
    CHECK(world.cloud.started.empty());
    world.turn();
    CHECK(world.cloud.looks == 4);
  }
}

TEST_CASE("one that leads again knows what the leader between them has done") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.demand(hot("a"));
  world.cloud.holds_ends = true;
  world.turn(2);
  REQUIRE(world.keeper->is_busy());
  world.may_go_on = false;
  world.keeper->stand_by();
  auto memory = *parse_memory(world.state.shelves[std::string(nodes_shelf)]["workers"]);
  memory.carrying.reset();
  memory.dealt.push_back("of-the-other");
  world.state.shelves[std::string(nodes_shelf)]["workers"] = memory_text(memory);
  world.may_go_on = true;
  SECTION("though its own order still ends") {
    world.turn(1);
    world.cloud.holds_ends = false;
    world.turn(2);
  }
  SECTION("once its own order has ended") {
    world.cloud.holds_ends = false;
    world.turn(2);
  }
  world.demand(so_many("of-the-other", 7));
  world.turn();
  CHECK(world.machines() == 3);
  CHECK(world.on_shelf() == 0);
}

TEST_CASE("a group whose memory can't be read grows, and shrinks after its longest cool-down") {
  KeptNodesWorld world(by_load(1, 5));
  world.state.shelves[std::string(nodes_shelf)]["workers"] = "{";
  world.begin();
  world.turn_at(10, 5);
  CHECK(world.machines() == 2);
  REQUIRE(world.progress.warnings.size() == 1);
  CHECK(holds(world.progress.warnings.front(), "memory of the machines of workers"));
  world.turn_at(10, 5);
  CHECK(world.machines() == 1);
}

TEST_CASE("new machines are filled: services that may move are asked to") {
  KeptNodesWorld world(machines_between(1, 9));
  world.file.services.push_back(KeptWorld::service(between(1, 1), "stays"));
  world.file.services.push_back(KeptWorld::service(between(1, 1), "moves"));
  world.file.services.back().reschedule = MayMove{};
  world.keeper->replace(world.file);
  world.demand(hot("a"));
  SECTION("when they have come") {
    world.turn();
    CHECK(world.moves.take() ==
          std::map<std::string, std::string>{{"moves", "new machines of workers"}});
    world.demand(so_many("p", 1));
    world.turn();
    CHECK(world.machines() == 1);
    CHECK(world.moves.take().empty());
  }
  SECTION("and not where none came") {
    world.cloud.refuses = no_capacity();
    world.turn();
    CHECK(world.moves.take().empty());
  }
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

TEST_CASE("what a daemon that stood still puts on the shelf is seen by the keeper that leads") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  const auto before = world.machines();
  world.state.shelves[std::string(node_demands_shelf)]["p"] = demand_text(
      {.service = "workers", .demand = so_many("p", before + 1), .received = world.now()});
  world.turn();
  CHECK(world.machines() == before + 1);
  CHECK(world.on_shelf() == 0);
}

TEST_CASE("demands for groups that aren't declared are put away") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.cloud.is_away = unreachable();
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

TEST_CASE("a group that is taken out of the file and put back isn't worked on twice at once") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  const auto nodes = world.file.nodes;
  const auto declare_anew = [&] {
    world.file.nodes.clear();
    world.keeper->replace(world.file);
    world.file.nodes = nodes;
    world.keeper->replace(world.file);
  };
  SECTION("while an order runs") {
    world.cloud.holds_ends = true;
    world.demand(hot("a"));
    world.turn(2);
    const auto looks = world.cloud.looks;
    declare_anew();
    world.turn(4);
    CHECK(world.cloud.looks == looks);
    world.cloud.holds_ends = false;
    world.turn(2);
    CHECK(world.cloud.looks == looks + 1);
    CHECK(world.machines() == 3);
  }
  SECTION("while it is looked at") {
    world.cloud.holds_looks = true;
    world.demand(hot("a"));
    world.turn(1);
    const auto looks = world.cloud.looks;
    declare_anew();
    world.turn(4);
    CHECK(world.cloud.looks == looks);
  }
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

TEST_CASE("the end of an order that a stop ends is remembered") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.demand(so_many("p", 1));
  world.cloud.holds_ends = true;
  world.cloud.refuses = Error{.kind = ErrorKind::interrupted, .message = "interrupted"};
  world.turn(2);
  world.keeper->finish(world.now());
  CHECK(world.events.lines() == Lines{"TERMINATE_ERROR nodes/workers 2 -> 2 program"});
  world.cloud.refuses.reset();
  world.begin();
  world.turn();
  CHECK(world.events.lines().back() == "TERMINATE nodes/workers 2 -> 1 program");
}
