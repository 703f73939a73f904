#include <fmt/format.h>

#include "commands/workers_world.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("What the cloud refuses, or can't answer, ends it with its class") {
  for (const auto kind : {ErrorKind::precondition, ErrorKind::refused, ErrorKind::unavailable}) {
    for (const auto* count : {"2", "4"}) {
      const auto world = workers_world();
      world->group.refuses = Error{.kind = kind, .message = "no"};
      const auto report = world->run(count);
      CHECK(report.status == status_of(kind));
      CHECK(message_of(report) == "no");
      CHECK(world->asked.empty());
      check_in_order(*world);
    }
    const auto world = workers_world();
    world->group.broken = Error{.kind = kind, .message = "no answer"};
    const auto report = world->run("2");
    CHECK(report.status == status_of(kind));
    CHECK_FALSE(report.before);
    CHECK(nodes_text(report).empty());
  }
}

TEST_CASE("Somebody else who changes the group meanwhile is told, not fought") {
  const auto world = workers_world();
  world->group.before_call = [&](const std::string& call) {
    if (call.starts_with("terminate")) ++world->group.state.desired;
  };
  const auto report = world->run("2");
  CHECK(report.status == ScaleStatus::overridden);
  CHECK(world->group.changes() == NodeCalls{"terminate i-1"});
  CHECK(report.after == 3U);
}

TEST_CASE("A service that may not move stays where it is when machines come") {
  const auto world = workers_world();
  world->services = {NodesTestWorld::service("my_app", false)};
  const auto report = world->run("4");
  CHECK(report.status == ScaleStatus::converged);
  CHECK(report.moved.empty());
}

TEST_CASE("A signal at any moment of a change of machines leaves everything in order") {
  for (const auto* count : {"2", "4"}) {
    std::size_t runs = 0;
    for (Duration moment = 0ms; moment < 70s; moment += 700ms * sweep_stride) {
      INFO(count << ", a signal after " << std::chrono::duration<double>(moment).count() << " s");
      const auto world = workers_world();
      world->stop.raise_at(world->sandbox.clock.now() + moment);
      const auto report = world->run(count);
      const bool is_done = report.status == ScaleStatus::converged;
      CHECK((is_done || report.status == ScaleStatus::interrupted));
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
      world->stop.forget();
      CHECK(message_of(world->run(count)) == "no error");
      CHECK(world->group.state.desired == Count::parse(count)->number);
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
      ++runs;
    }
    WARN("a signal while going to " << count << " machines: " << runs << " runs");
  }
}

TEST_CASE("A change of machines killed at any request or call is put right by the same command") {
  for (const auto* count : {"2", "4"}) {
    std::size_t kills = 0;
    bool was_killed = true;
    for (std::size_t turn = 1; was_killed; turn += sweep_stride) {
      INFO(count << ", killed at event " << turn);
      const auto world = workers_world();
      std::size_t seen = 0;
      const auto strike = [&] {
        if (++seen == turn) throw MoverKilled{};
      };
      world->http->before_acting = [&](const HttpRequest&) { strike(); };
      world->http->after_acting = [&](const HttpRequest&) { strike(); };
      world->group.before_call = [&](const std::string&) { strike(); };
      was_killed = false;
      try {
        world->run(count);
      } catch (const MoverKilled&) {
        was_killed = true;
      }
      if (!was_killed) break;
      ++kills;
      world->group.before_call = {};
      world->connect();
      world->settle(2min);
      CHECK(message_of(world->run(count)) == "no error");
      CHECK(world->group.state.desired == Count::parse(count)->number);
      CHECK(world->least_active["my_app"] >= 5);
      check_in_order(*world);
    }
    WARN("killed while going to " << count << " machines: " << kills << " kills");
  }
}
