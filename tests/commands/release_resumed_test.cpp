#include <fmt/format.h>

#include "commands/release_ways.hpp"
#include "scale_fleet/commands/scale_command.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Runs the release until it has made so many writes, and no further.
void kill_after(ReleaseWorld& world,
                const ReleaseRequest& request,
                std::size_t writes,
                const ReleaseOptions& options = quick_options()) {
  std::size_t seen = 0;
  world.http->after_acting = [&](const HttpRequest& made) {
    if (made.method != "GET" && ++seen == writes) throw Killed{};
  };
  try {
    world.release(request, options);
  } catch (const Killed&) {
  }
  world.connect();
}

ReleaseRequest restart() {
  return {.kind = ReleaseKind::restart, .service = *Service::parse("my_app"), .replaces = {}};
}

}  // namespace

TEST_CASE("A release that fails when it is taken up is undone, though nothing was changed since") {
  for (const auto& way : both_ways()) {
    for (const auto on_failure : {OnFailure::undo, OnFailure::stop}) {
      INFO(way.name);
      const auto world = quick_world(way, v1);
      kill_after(*world, way.request(failing), 4);
      auto options = quick_options();
      options.on_failure = on_failure;
      const auto report = world->release(way.request(failing), options);
      INFO(message_of(report));
      if (on_failure == OnFailure::stop) {
        CHECK(report.result == ReleaseResult::stopped);
        CHECK(message_of(report).find(report.back) != std::string::npos);
        continue;
      }
      CHECK(report.result == ReleaseResult::undone);
      check_ends_at(*world, way.former, v1);
      check_limits(*world);
    }
  }
}

TEST_CASE("What can't be destroyed at the end of a release doesn't undo it") {
  struct Row {
    const char* fault;
    ScaleStatus status;
  };

  for (const auto& row :
       {Row{"DELETE:/units/my_app.release@.service:*:status=409", ScaleStatus::failed},
        Row{"DELETE:/units/my_app@6.service:*:status=400", ScaleStatus::failed}}) {
    INFO(row.fault);
    const auto way = both_ways().front();
    const auto world = quick_world(way, v1);
    world->sandbox.faults.add(*parse_fault(row.fault));
    const auto report = world->release(way.request(v2), quick_options());
    CHECK(report.result == ReleaseResult::released);
    CHECK(report.scale.status == row.status);
    CHECK(message_of(report).find("is released") != std::string::npos);
    CHECK(world->text_of("my_app@.service") == v2);
    CHECK(world->running(v2).size() >= 5);
    world->sandbox.faults = FaultPlan(std::vector<Fault>{});
    CHECK_FALSE(world->release(way.request(v2), quick_options()).scale.error);
    check_ends_at(*world, way.service, v2);
  }
}

TEST_CASE("Canaries that were left by a crash are watched again") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, v1);
  auto request = way.request(v2);
  request.canary = 1;
  auto options = quick_options();
  options.canary_time = 600s;
  kill_after(*world, request, 4, options);
  const auto started = world->sandbox.clock.now();
  TimePoint second;
  world->before_look = [&] {
    if (second == TimePoint{} && world->running(v2).size() > 1) second = world->sandbox.clock.now();
  };
  CHECK(world->release(request, options).result == ReleaseResult::released);
  CHECK(second - started >= 600s);
}

TEST_CASE("A release that ends on another template than its own is told as overridden") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, v1);
  world->before_look = [&] {
    if (world->running(v2).size() == 4) {
      world->sandbox.cluster.put_unit("my_app@.service", version("3"), JobState::inactive);
    }
  };
  const auto report = world->release(way.request(v2), quick_options());
  CHECK(report.scale.status == ScaleStatus::overridden);
  CHECK(message_of(report).find("my_app@.service") != std::string::npos);
}

TEST_CASE("Scaling by hand ends what a release that was broken off wanted") {
  const auto way = both_ways().front();
  for (const auto& begun : {way.request(v2), restart()}) {
    INFO(to_string(begun.kind));
    const auto world = quick_world(way, v1, 2);
    kill_after(*world, begun, begun.kind == ReleaseKind::restart ? 2 : 4);
    world->sandbox.pass(1min);
    const World outside{.fleet = *world->fleet,
                        .clock = world->sandbox.clock,
                        .stop = world->stop,
                        .progress = world->progress};
    const ScaleRequest four{.service = *Service::parse("my_app"),
                            .count = {.kind = Count::Kind::absolute, .number = 4}};
    CHECK(ScaleCommand(outside, {}).run({four}).status == ScaleStatus::converged);
    for (const auto& unit : world->units())
      CHECK(unit != "my_app.release@.service");
    CHECK_FALSE(world->release(way.request(v2), quick_options()).scale.error);
    CHECK(world->running(v2).size() == 4);
    CHECK(world->running().size() == 4);
  }
}

TEST_CASE("What was broken off between two services is ended between them") {
  const auto way = both_ways().back();
  const auto world = quick_world(way, v1);
  kill_after(*world, way.request(v2), 5);
  auto alone = way.request(v2);
  alone.replaces = std::nullopt;
  const auto report = world->release(alone, quick_options());
  CHECK(report.result == ReleaseResult::not_begun);
  CHECK(message_of(report).find("--replaces example:1.0.0") != std::string::npos);
  CHECK_FALSE(world->release(way.request(v2), quick_options()).scale.error);
  check_ends_at(*world, way.service, v2);
}

TEST_CASE("A restart gives back nothing but the text that runs, and waits for no other release") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, v1, 3);
  world->sandbox.cluster.put_unit("my_app@.service", v2, JobState::inactive);
  std::size_t most_of_v2 = 0;
  world->before_look = [&] { most_of_v2 = std::max(most_of_v2, world->running(v2).size()); };
  CHECK(world->release(restart(), quick_options()).result == ReleaseResult::released);
  CHECK(world->running(v1) == instances("my_app", 3));
  CHECK(most_of_v2 == 0);

  kill_after(*world, way.request(v2), 4);
  const auto report = world->release(restart(), quick_options());
  CHECK(report.result == ReleaseResult::not_begun);
  CHECK(message_of(report).find("a deploy of my_app was broken off") != std::string::npos);
}

TEST_CASE("A sidekick that never comes up doesn't hold up the way back") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, v1, 2);
  world->sandbox.cluster.put_unit(
      "side@.service",
      version("side",
              {{.section = "Service", .name = "ExecStartPre", .value = "/bin/sleep 99999"},
               {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 99999"}}),
      JobState::inactive);
  auto request = way.request(failing);
  request.sidekicks = {{.sidekick = *Service::parse("side"), .main = *Service::parse("my_app")}};
  const auto started = world->sandbox.clock.now();
  const auto report = world->release(request, {.scale = {.timeout = 300s}});
  INFO(message_of(report));
  CHECK(report.result == ReleaseResult::undone);
  CHECK(report.scale.status == ScaleStatus::failed);
  CHECK(world->sandbox.clock.now() - started < 60s);
}
