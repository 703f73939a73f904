#include "daemon/kept_nodes_world.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

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

TEST_CASE("machines that were asked for are waited for by the daemon that comes after") {
  KeptNodesWorld world(machines_between(1, 9));
  world.file.services.push_back(KeptWorld::service(between(1, 1), "moves"));
  world.file.services.back().reschedule = MayMove{};
  world.keeper->replace(world.file);
  world.turn();
  const auto asked = world.now();
  world.demand(hot("a"), {"key"});
  SECTION("where the one before died of it") {
    world.cloud.holds_ends = true;
    world.turn(2);
    REQUIRE(world.machines() == 3);
    world.begin();
  }
  SECTION("where the one before was told to end") {
    world.cloud.interrupts = true;
    world.turn(2);
    world.keeper->finish(world.now());
    world.cloud.interrupts = false;
    world.events.events.clear();
    world.begin();
  }
  SECTION("where this one led before, and lost the lead for a while") {
    world.cloud.interrupts = true;
    world.turn(2);
    world.may_go_on = false;
    world.keeper->stand_by();
    world.keeper->take_ended(world.now());
    world.cloud.interrupts = false;
    world.events.events.clear();
    world.may_go_on = true;
  }
  // Whoever was told to end has no opinion on whether they come.
  for (const auto& notice : world.notices)
    CHECK(notice.status != NoticeStatus::error);
  CHECK(world.moves.take().empty());
  world.notices.clear();
  world.turn(4);
  REQUIRE(world.cloud.started.size() == 2);
  const auto& order = world.cloud.started.back();
  REQUIRE(order.awaited);
  CHECK(order.awaited->wanted == 1);
  CHECK(order.awaited->members == std::set<std::string>{"i-1", "i-2"});
  CHECK(order.awaited->since >= asked);
  CHECK(order.decision.count == 3);
  CHECK(world.machines() == 3);
  CHECK(world.events.lines() == Lines{"LAUNCH nodes/workers 2 -> 3 alert Hot"});
  CHECK(world.moves.take().contains("moves"));
  REQUIRE(world.notices.size() == 1);
  CHECK(holds(world.notices.front().summary, "3 workers nodes are up"));

  // Once: they have come.
  world.begin();
  world.turn(6);
  CHECK(world.cloud.started.size() == 2);
}

TEST_CASE("whoever waits on knows which machines were in Fleet when more were asked for") {
  KeptNodesWorld world(machines_between(0, 9));
  const Machine stays{.id = "static", .primary_ip = "10.0.0.9", .metadata = {}};
  const Machine came{.id = "new", .primary_ip = "10.0.0.8", .metadata = {}};
  world.cloud.holds_ends = true;
  const auto taken_up = [&] {
    world.demand(so_many("p", world.machines() + 1));
    world.turn(3);
    world.begin();
    world.turn(4);
    REQUIRE(world.cloud.started.size() == 2);
    return world.cloud.started.back().awaited.value();
  };
  SECTION("of a group that had none") {
    world.cloud.resize(0);
    world.cloud.fleet = {stays};
    const auto awaited = taken_up();
    CHECK(awaited.machines == std::set<std::string>{"static"});
    CHECK(awaited.unnamed == 1U);
    CHECK_FALSE(may_have_arrived(awaited, {stays}));
    CHECK(arrivals(awaited, {.desired = 1}, {stays}, world.file.nodes.front()).missing == 1);
    CHECK(arrivals(awaited, {.desired = 1}, {stays, came}, world.file.nodes.front()).missing == 0);
  }
  SECTION("of a group whose members can't be recognised") {
    world.cloud.fleet = {stays};
    const auto awaited = taken_up();
    CHECK(arrivals(awaited, world.cloud.group, {stays}, world.file.nodes.front()).missing == 1);
    CHECK(arrivals(awaited, world.cloud.group, {stays, came}, world.file.nodes.front()).missing ==
          0);
  }
  SECTION("or, where Fleet didn't tell, takes none for new") {
    const auto awaited = taken_up();
    CHECK_FALSE(awaited.machines.has_value());
    CHECK(arrivals(awaited, world.cloud.group, {stays, came}, world.file.nodes.front()).missing ==
          1);
    auto member = came;
    member.metadata["instance_id"] = "i-3";
    CHECK(arrivals(awaited, world.cloud.group, {stays, member}, world.file.nodes.front()).missing ==
          0);
  }
}

TEST_CASE("machines that aren't asked for any more are waited for by nobody") {
  KeptNodesWorld world(machines_between(1, 9));
  world.cloud.holds_ends = true;
  world.demand(so_many("p", 4));
  world.turn(2);
  REQUIRE(world.machines() == 4);
  world.cloud.resize(3);
  auto& kept = world.state.shelves[std::string(nodes_shelf)]["workers"];
  CHECK(holds(kept, "awaited"));
  auto memory = *parse_memory(kept);
  memory.carrying.reset();
  world.state.shelves[std::string(nodes_shelf)]["workers"] =
      memory_text(memory).insert(1, R"("awaited":{"before":2,"count":4,"wanted":2,"since":0},)");
  world.begin();
  world.turn(4);
  CHECK(world.cloud.started.size() == 1);
  CHECK_FALSE(holds(world.state.shelves[std::string(nodes_shelf)]["workers"], "awaited"));
}

TEST_CASE("what can't be remembered isn't begun, which is told once") {
  KeptNodesWorld world(machines_between(1, 9));
  world.turn();
  world.demand(hot("a"), {"key"});
  world.state.error = Error{.kind = ErrorKind::unavailable, .message = "no etcd"};
  world.turn(9);
  CHECK(world.cloud.started.empty());
  CHECK(world.machines() == 2);
  CHECK(world.progress.warnings == Lines{"no etcd"});
  CHECK(world.progress.lines.empty());
  CHECK(world.events.lines() == Lines{"NO_OP_ERROR nodes/workers 2 -> 2 file"});
  REQUIRE(world.status().trouble.has_value());
  CHECK(world.status().trouble->message == "no etcd");
  CHECK_FALSE(world.status().cooldown_up.has_value());

  world.state.error.reset();
  world.turn(4);
  CHECK(world.cloud.started.size() == 1);
  CHECK(world.machines() == 3);
  CHECK(world.on_shelf() == 0);
  CHECK_FALSE(world.status().trouble.has_value());
}

TEST_CASE("that the state is away is told once, until it is there again") {
  KeptNodesWorld world(machines_between(1, 9));
  for (int times = 1; times <= 2; ++times) {
    world.state.error = Error{.kind = ErrorKind::unavailable, .message = "no etcd"};
    world.turn(5);
    CHECK(world.progress.warnings.size() == static_cast<std::size_t>(times));
    world.state.error.reset();
    world.turn(1);
    world.begin();
  }
}

TEST_CASE("a strange text of what is awaited is a memory that can't be read") {
  for (const auto* strange : {"7", "{}", R"({"before":2,"count":-1,"wanted":1,"since":0})"}) {
    INFO(strange);
    KeptNodesWorld world(by_load(1, 5));
    world.state.shelves[std::string(nodes_shelf)]["workers"] =
        memory_text({}).insert(1, R"("awaited":)" + std::string(strange) + ",");
    world.begin();
    world.turn_at(10, 3);
    CHECK(world.cloud.started.empty());
    REQUIRE(world.progress.warnings.size() == 1);
    CHECK(holds(world.progress.warnings.front(), "memory of the machines of workers"));
  }
}
