#include "daemon/kept_policies.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

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

TEST_CASE("one that cannot come to lead isn't ready, and says why") {
  KeptWorld world;
  world.leads = false;
  world.lead_trouble = Error{.kind = ErrorKind::unavailable, .message = "etcd is away"};
  world.start(KeptWorld::declared(between(2, 2)));
  world.turn(3);
  REQUIRE(world.daemon->status().trouble);
  CHECK(world.daemon->status().trouble->message == "etcd is away");
  world.lead_trouble.reset();
  world.turn();
  CHECK_FALSE(world.daemon->status().trouble);
}

TEST_CASE("a memory that can't be read closes the way down for the longest cool-down") {
  KeptWorld world;
  world.fleet.start_with({1, 2, 3});
  world.state.shelves["services"]["my_app"] = R"({"version": 1, "cooldo)";
  world.start(KeptWorld::declared(by_load(1, 5)));
  turn_at(world, 10, 6);
  CHECK(world.fleet.instances().size() == 3);
  turn_at(world, 10, 2);
  CHECK(world.fleet.instances().size() == 2);
}

TEST_CASE("a source that falls silent is one that fails: the fall-back count comes") {
  KeptWorld world;
  auto policy = by_load(1, 5);
  policy.scale_up[0].without_data = {.kind = WithoutData::Kind::fall_back, .count = 4, .after = 3};
  world.start(KeptWorld::declared(std::move(policy)));
  turn_at(world, 50, 3);
  CHECK(world.status().current == 1U);
  // No reading fails: nobody writes any more, or the same old value stands there.
  const auto old = world.wall_time();
  for (int i = 0; i < 8; ++i) {
    world.reading.points.push_back(
        {.metric = metric_key(load), .instance = {}, .sample = {.time = old, .value = 50}});
    world.turn();
  }
  CHECK(world.fleet.instances().size() == 4);
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
