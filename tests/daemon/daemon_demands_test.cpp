#include "daemon/kept_policies.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

ServicePolicy remote_between(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.remote = RemoteRule{.up_by = {.amount = 2}, .cooldown_up = 90s, .cooldown_down = 90s};
  return policy;
}

Demand alert(const std::string& id, Direction direction = Direction::up) {
  return {.id = id, .asked_by = "alert " + id, .direction = direction};
}

Demand program(const std::string& id, InstanceCount count) {
  return {.id = id, .asker = Asker::program, .asked_by = "program", .count = count};
}

/// Two instances between 1 and 9, looked at once.
KeptWorld& start_two(KeptWorld& world) {
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(remote_between(1, 9)));
  world.turn();
  return world;
}

/// The daemon dies, and another begins with what was saved.
void begin_anew(KeptWorld& world) {
  world.daemon.reset();
  world.desk.let_go();
  world.actions.is_holding = false;
  world.actions.take_ended();
  world.start(KeptWorld::declared(remote_between(1, 9)));
}

std::size_t on_shelf(KeptWorld& world) {
  world.desk.work();
  return world.state.shelves["demands"].size();
}

}  // namespace

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

TEST_CASE("a paused service answers demands by nothing") {
  KeptWorld world;
  start_two(world);
  world.state.shelves["pauses"]["my_app"] =
      pause_text({.pause = {}, .by = "alice", .since = world.wall_time()});
  world.demand(alert("a"), {"key"});
  world.demand(program("p", 5));
  world.turn(2);
  CHECK(on_shelf(world) == 0);
  world.state.shelves["pauses"].clear();
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2});
}

TEST_CASE("bounds come first, and the demand after them") {
  KeptWorld world;
  world.start(KeptWorld::declared(remote_between(1, 9)));
  world.demand(alert("a"), {"key"});
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
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
