#include <algorithm>

#include "daemon/kept_policies.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("a scale-down that was done in part counts for its cool-down and limits") {
  KeptWorld world;
  world.fleet.start_with(ScaleWorld::numbers(1, 6));
  world.fleet.inject("DELETE:/units/my_app@6.service:*:status=400");
  auto policy = by_load(1, 9);
  policy.scale_down.front().adjustment.amount = 2;
  world.start(KeptWorld::declared(std::move(policy)));
  turn_at(world, 5, 5);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4, 6});
  CHECK(world.status().cooldown_down.has_value());
}

TEST_CASE("a service that is busy, or fails, keeps no other from its count") {
  KeptWorld world;
  auto declared = KeptWorld::declared(between(2, 2), "missing");
  declared.file.services.push_back(KeptWorld::service(between(2, 2)));
  world.start(std::move(declared));
  world.turn(3);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  CHECK(world.status("missing").trouble->kind == ErrorKind::not_found);
}

TEST_CASE("of many services that have to be acted on 32 begin at once, the others in their turn") {
  KeptWorld world;
  auto declared = KeptWorld::declared(between(1, 1));
  for (int i = 0; i < 40; ++i) {
    const auto name = "other" + std::to_string(i);
    world.fleet.sandbox.cluster.put_unit(name + "@.service", plain_options(), JobState::inactive);
    declared.file.services.push_back(KeptWorld::service(between(1, 1), name));
  }
  world.start(std::move(declared));
  world.actions.is_holding = true;
  world.turn(1, 1s);
  CHECK(world.actions.started.size() == 32);
  CHECK_FALSE(world.status("other39").under_way);
  // Those that last keep the others waiting no longer.
  world.turn(15, 1s);
  CHECK(world.actions.started.size() == 41);
  world.actions.is_holding = false;
  world.turn();
  CHECK(world.status("other39").current == 1U);
}

TEST_CASE("an action that failed is tried again, ever more seldom") {
  KeptWorld world;
  world.fleet.inject("PUT:*:*:status=400");
  world.start(KeptWorld::declared(between(1, 1)));
  world.turn(60);
  // At once, then after 10, 20, 40, 80 and 160 s, and not again in what is left of ten minutes.
  CHECK(world.actions.started.size() == 6);
  CHECK(world.status().trouble.has_value());
}

TEST_CASE("a new template is for new instances, unless the service says that it replaces them") {
  for (const auto on_change : {OnTemplateChange::keep, OnTemplateChange::replace}) {
    KeptWorld world;
    auto declared = KeptWorld::declared(between(2, 3));
    declared.file.services.front().on_template_change = on_change;
    world.fleet.start_with({1, 2});
    auto other = plain_options();
    other.back().value = "/bin/sleep 200000";
    world.fleet.sandbox.cluster.put_unit("my_app@.service", other, JobState::inactive);
    world.fleet.sandbox.pass(10s);
    world.start(std::move(declared));
    world.turn(4);
    CHECK(world.fleet.instances() == Numbers{1, 2});
    const bool is_replaced = on_change == OnTemplateChange::replace;
    for (const auto* unit : {"my_app@1.service", "my_app@2.service"}) {
      const auto stored = world.fleet.sandbox.cluster.unit(unit);
      REQUIRE(stored);
      CHECK((stored->options == other) == is_replaced);
    }
    CHECK(world.actions.started.size() == (is_replaced ? 1U : 0U));
    CHECK(world.events.lines().back() ==
          (is_replaced ? "REPLACE my_app 2 -> 2 file" : "NO_OP my_app 2 -> 2 "));
  }
}

TEST_CASE("instances that are slow to start keep no rule from asking for more") {
  KeptWorld world({.start_delay = 10min});
  auto declared = KeptWorld::declared(by_load(1, 5));
  declared.file.services.front().timeout = 5s;
  world.start(std::move(declared));
  turn_at(world, 95, 13);
  CHECK(world.status().current == 3U);
  CHECK(world.status().well == 0U);
  CHECK(world.events.lines().front() == "LAUNCH my_app 0 -> 1 min");
  // What took too long is told, once for each.
  std::vector<std::string> late;
  for (const auto& event : world.events.events) {
    if (event.error) late.insert(late.end(), event.units.begin(), event.units.end());
  }
  CHECK(late == Lines{"my_app@1.service", "my_app@2.service", "my_app@3.service"});
  CHECK(world.status().trouble->kind == ErrorKind::timed_out);
  world.fleet.sandbox.pass(15min);
  turn_at(world, 50, 1);
  CHECK(world.status().well == 3U);
  CHECK_FALSE(world.status().trouble);
}

namespace {

/// my_app, which comes up after a db that stands behind it in the file.
DeclaredState after_db(KeptWorld& world) {
  world.fleet.sandbox.cluster.put_unit("db@.service", plain_options(), JobState::inactive);
  auto declared = KeptWorld::declared(between(1, 1));
  declared.file.services.front().after = {"db"};
  declared.file.services.push_back(KeptWorld::service(between(1, 1), "db"));
  return declared;
}

}  // namespace

TEST_CASE("a service comes up after those that it names") {
  KeptWorld world({.start_delay = 25s});
  world.start(after_db(world));
  world.turn(1);
  CHECK(world.fleet.instances().empty());
  CHECK(world.status().current == 0U);
  world.turn(4);
  CHECK(world.fleet.instances() == Numbers{1});
}

TEST_CASE("while an action runs its service is left to it") {
  KeptWorld world;
  world.actions.is_holding = true;
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn(5);
  CHECK(world.actions.started.size() == 1);
  CHECK(world.status().under_way == "0 -> 2 for min");
  world.actions.is_holding = false;
  world.turn(2);
  CHECK(world.actions.started.size() == 1);
  CHECK_FALSE(world.status().under_way);
}

TEST_CASE("what somebody made of the count since the look is not undone by an action") {
  KeptWorld world;
  world.fleet.start_with({1});
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 1);
  // The daemon saw one, and its action begins when there are six.
  world.actions.before_carrying_out = [&] { world.fleet.scale("6"); };
  turn_at(world, 95, 1);
  world.actions.before_carrying_out = nullptr;
  turn_at(world, 50, 2);
  CHECK(world.fleet.instances().size() == 6);
  REQUIRE(world.events.lines().size() >= 2);
  const auto lines = world.events.lines();
  CHECK(std::ranges::count(lines, "LAUNCH my_app 1 -> 6 person") == 1);
  CHECK(world.status().cooldown_down);
}

TEST_CASE("what is paused, taken out of the file or changed there in mid-action is interrupted") {
  KeptWorld world;
  world.actions.is_holding = true;
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn(1);
  REQUIRE(world.status().under_way);
  SECTION("by a pause") {
    world.state.shelves["pauses"]["my_app"] = pause_text({});
    world.turn(1);
    CHECK(world.actions.interrupted == Lines{"my_app"});
  }
  SECTION("not by one that only keeps it from going down") {
    world.state.shelves["pauses"]["my_app"] = pause_text({.pause = {.down_only = true}});
    world.turn(1);
    CHECK(world.actions.interrupted.empty());
  }
  SECTION("by its absence, and what comes back begins nothing before that has ended") {
    auto without = KeptWorld::declared(between(2, 2));
    without.file.services.clear();
    world.daemon->replace(without, {});
    CHECK(world.actions.interrupted == Lines{"my_app"});
    world.daemon->replace(KeptWorld::declared(between(4, 4)), {});
    world.turn(2);
    CHECK(world.actions.started.size() == 1);
    world.actions.is_holding = false;
    world.turn(2);
    CHECK(world.fleet.instances() == Numbers{1, 2, 3, 4});
  }
  SECTION("by another declaration") {
    world.daemon->replace(KeptWorld::declared(between(3, 3)), {});
    CHECK(world.actions.interrupted == Lines{"my_app"});
  }
  SECTION("not by the same one") {
    world.daemon->replace(KeptWorld::declared(between(2, 2)), {});
    CHECK(world.actions.interrupted.empty());
  }
}

TEST_CASE("an instance that somebody moves is left to them, for a while") {
  KeptWorld world;
  world.fleet.start_with({1, 2});
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn();
  auto& cluster = world.fleet.sandbox.cluster;
  const auto unit = ScaleWorld::unit(1);
  const Blocker blocker{.machine_id = cluster.unit(unit)->machine_id, .unit = unit};
  cluster.put_unit(blocker_name(blocker), blocker_options(blocker), JobState::inactive);
  cluster.set_desired_state(unit, JobState::inactive);
  world.turn(6);
  CHECK(world.actions.started.empty());
  CHECK(cluster.unit(unit)->desired_state == JobState::inactive);
  // Whoever moved it has died over it.
  world.turn(2);
  CHECK(cluster.unit(unit)->desired_state == JobState::launched);
}

TEST_CASE("instances of a service that may move are spread anew where somebody asks for it") {
  KeptWorld world({.machines = {{.id = "m1", .primary_ip = "10.0.0.1", .metadata = {}}}});
  world.fleet.start_with({1, 2, 3, 4});
  auto declared = KeptWorld::declared(between(4, 4));
  declared.file.services.front().reschedule = MayMove{.min_healthy = 3};
  SECTION("may") {
    world.start(declared);
    world.turn();
    world.fleet.sandbox.cluster.add_machine({.id = "m2", .primary_ip = "10.0.0.2", .metadata = {}});
    world.moves.add({"my_app"}, "POST");
    world.turn(2);
    CHECK(world.events.lines().back() == "MOVE my_app 4 -> 4 POST");
    CHECK(world.events.events.back().units.size() == 2);
    CHECK(world.events.events.back().reason.find("from m1 to m2") != std::string::npos);
    // Nobody asks for it again.
    world.turn(2);
    CHECK(world.actions.started.size() == 1);
  }
  SECTION("may, and the daemon dies over it") {
    world.start(declared);
    world.turn();
    world.actions.is_holding = true;
    world.moves.add({"my_app"}, "POST");
    world.turn();
    CHECK(world.actions.started.size() == 1);
    world.daemon.reset();
    world.actions.is_holding = false;
    world.actions.take_ended();
    world.fleet.sandbox.cluster.add_machine({.id = "m2", .primary_ip = "10.0.0.2", .metadata = {}});
    world.start(declared);
    world.turn(2);
    CHECK(world.actions.started.size() == 2);
    CHECK(world.events.lines().back() == "MOVE my_app 4 -> 4 POST");
  }
  SECTION("may, and the daemon is stopped before its next turn") {
    world.start(declared);
    world.turn();
    world.fleet.sandbox.cluster.add_machine({.id = "m2", .primary_ip = "10.0.0.2", .metadata = {}});
    world.moves.add({"my_app"}, "POST");
    world.daemon->finish();
    world.start(declared);
    world.turn(2);
    CHECK(world.events.lines().back() == "MOVE my_app 4 -> 4 POST");
  }
  SECTION("may, while another daemon leads") {
    world.start(declared);
    world.turn();
    world.leads = false;
    world.moves.add({"my_app"}, "POST");
    world.turn();
    world.leads = true;
    world.turn(2);
    CHECK(world.actions.started.empty());
  }
  SECTION("may not") {
    declared.file.services.front().reschedule.reset();
    world.start(declared);
    world.moves.add({"my_app"}, "POST");
    world.turn(2);
    CHECK(world.actions.started.empty());
  }
}

TEST_CASE("a turn that is to be the only one waits for what others come after") {
  KeptWorld world({.start_delay = 25s});
  world.start(after_db(world), {.once = true});
  do {
    world.turn(1);
  } while (world.daemon->is_busy());
  CHECK(world.fleet.instances() == Numbers{1});
  CHECK(world.daemon->is_well());
}
