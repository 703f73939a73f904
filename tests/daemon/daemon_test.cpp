#include "scale_fleet/daemon/daemon.hpp"

#include <algorithm>

#include "scale_fleet/daemon/pauses.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"
#include "support/kept_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

using Numbers = std::vector<InstanceNumber>;
using Lines = std::vector<std::string>;

const Metric load{.source = FileMetric{.name = "load"}};

ServicePolicy between(InstanceCount min, InstanceCount max) {
  return {.min = min, .max = max};
}

/// One more above 80, one fewer below 20, both with a minute's cool-down.
ServicePolicy by_load(InstanceCount min, InstanceCount max) {
  auto policy = between(min, max);
  policy.scale_up.push_back({.path = "scale_up[0]",
                             .metric = load,
                             .comparison = Comparison::above,
                             .threshold = 80,
                             .cooldown = 1min});
  policy.scale_down.push_back({.path = "scale_down[0]",
                               .metric = load,
                               .comparison = Comparison::below,
                               .threshold = 20,
                               .cooldown = 1min});
  return policy;
}

/// Turns of the loop with the same load, one each ten seconds.
void turn_at(KeptWorld& world, double value, int times) {
  for (int i = 0; i < times; ++i) {
    world.measure(load, value);
    world.turn();
  }
}

}  // namespace

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
}

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

TEST_CASE("cool-downs last over a restart") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 2);
  turn_at(world, 95, 1);
  REQUIRE(world.fleet.instances() == Numbers{1, 2});
  world.turn();
  world.daemon->finish();
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 95, 3);
  CHECK(world.fleet.instances() == Numbers{1, 2});
  turn_at(world, 95, 4);
  CHECK(world.fleet.instances() == Numbers{1, 2, 3});
}

TEST_CASE(
    "a daemon that died of an action leaves its cool-down, and nobody is taken for the cause") {
  // Before anything was sent, and after all of it was.
  const bool is_sent = GENERATE(false, true);
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 2);
  world.actions.is_holding = true;
  turn_at(world, 95, 1);
  REQUIRE(world.fleet.instances() == Numbers{1, 2});
  if (!is_sent) world.fleet.sandbox.cluster.delete_unit("my_app@2.service");
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 1);
  CHECK(world.status().current == (is_sent ? 2U : 1U));
  REQUIRE(world.status().cooldown_up);
  CHECK(world.status().cooldown_up->because.starts_with("scale_up[0]: 1 -> 2"));
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

TEST_CASE("a state that can't be read stops every action, for pauses may be in it") {
  KeptWorld world;
  world.state.error = Error{.kind = ErrorKind::unavailable, .message = "no state"};
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn(3);
  CHECK(world.fleet.instances().empty());
  world.state.error.reset();
  world.turn(2);
  CHECK(world.fleet.instances() == Numbers{1, 2});
}

TEST_CASE("of a metric that services share each keeps its own instances' series") {
  KeptWorld world;
  const Metric shared{.source = FileMetric{.name = "load"}, .per_instance = true};
  auto policy = by_load(1, 9);
  policy.scale_up[0].metric = policy.scale_down[0].metric = shared;
  world.start(KeptWorld::declared(policy));
  for (const auto* instance : {"", "my_app@1", "my_app@2.service", "my_app_v2@1.service", "other"})
    world.measure(shared, 50, instance);
  world.turn();
  world.daemon->finish();
  const auto memory = parse_memory(world.state.shelves["services"]["my_app"]);
  REQUIRE(memory);
  Lines kept;
  for (const auto& [instance, series] : memory->samples.at(metric_key(shared)))
    kept.push_back(instance);
  CHECK(kept == Lines{"", "my_app@1", "my_app@2.service"});
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

TEST_CASE("one that doesn't lead looks on, and acts when it comes to lead") {
  KeptWorld world;
  world.leads = false;
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn(3);
  CHECK(world.fleet.instances().empty());
  CHECK(world.daemon->status().last_good_look.has_value());
  world.leads = true;
  world.turn();
  CHECK(world.fleet.instances() == Numbers{1, 2});
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

TEST_CASE("a slow state is written over several turns, and all of it in the end") {
  KeptWorld world;
  auto declared = KeptWorld::declared(between(0, 1));
  for (int i = 0; i < 99; ++i)
    declared.file.services.push_back(KeptWorld::service(between(0, 1), "s" + std::to_string(i)));
  world.state.on_write = [&] { world.fleet.sandbox.pass(10ms); };
  world.start(std::move(declared));
  const auto began = world.fleet.sandbox.clock.now();
  world.daemon->tick();
  CHECK(world.fleet.sandbox.clock.now() - began < 300ms);
  for (const int saved : {20, 40, 60, 80, 100}) {
    CHECK(world.state.shelves["services"].size() == static_cast<std::size_t>(saved));
    world.turn(1, 1s);
  }
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
  turn_at(world, 95, 14);
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

TEST_CASE("a daemon that no longer leads saves nothing") {
  KeptWorld world;
  world.start(KeptWorld::declared(between(1, 1)));
  world.turn(2);
  const auto saved = world.state.shelves;
  world.may_go_on = false;
  world.fleet.scale("0");
  world.turn(5);
  world.daemon->finish();
  CHECK(world.state.shelves == saved);
}

TEST_CASE("a service comes up after those that it names") {
  KeptWorld world({.start_delay = 25s});
  world.fleet.sandbox.cluster.put_unit("db@.service", plain_options(), JobState::inactive);
  auto declared = KeptWorld::declared(between(1, 1));
  declared.file.services.front().after = {"db"};
  declared.file.services.push_back(KeptWorld::service(between(1, 1), "db"));
  world.start(std::move(declared));
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

TEST_CASE("another file is kept from the next turn on, what is known of its services too") {
  KeptWorld world;
  world.start(KeptWorld::declared(by_load(1, 9)));
  turn_at(world, 50, 2);
  turn_at(world, 95, 1);
  world.turn();
  const auto cooldown = world.status().cooldown_up;
  REQUIRE(cooldown);
  Daemon::Sources none;
  world.daemon->replace(KeptWorld::declared(by_load(3, 9)), std::move(none));
  world.turn(2);
  CHECK(world.status().current == 3U);
}

TEST_CASE("what was measured before another file is kept isn't lost") {
  KeptWorld world;
  world.fleet.start_with({1});
  world.start(KeptWorld::declared(by_load(1, 3)));
  world.turn();
  world.measure(load, 95);
  // The sources of the other file have nothing to say.
  world.daemon->replace(KeptWorld::declared(by_load(1, 3)), {});
  world.turn();
  CHECK(world.fleet.instances() == Numbers{1, 2});
}

TEST_CASE("each mistake of a file that isn't kept is a warning of its own") {
  KeptWorld world;
  world.start(KeptWorld::declared(between(1, 1)));
  world.daemon->tell_file_error("services.yaml:1:1: one\nservices.yaml:2:1: another");
  CHECK(world.fleet.progress.warnings ==
        Lines{"services.yaml:1:1: one", "services.yaml:2:1: another"});
  CHECK(world.daemon->status().file_error == "services.yaml:1:1: one\nservices.yaml:2:1: another");
}
