#include <algorithm>

#include <fmt/format.h>

#include "daemon/kept_nodes_world.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "support/catch.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Error busy_cloud(const std::string& why = "another change is in progress") {
  return {.kind = ErrorKind::precondition, .message = why};
}

/// What people are told: of the events, and besides.
Lines told_by(const KeptNodesWorld& world) {
  Lines all;
  const auto add = [&](const Notice& notice) {
    all.push_back(fmt::format("{}: {}", to_string(notice.status), notice.summary));
  };
  for (const auto& event : world.events.events) {
    if (const auto notice = notice_of(event, [](const auto&) { return "aws"; })) add(*notice);
  }
  std::ranges::for_each(world.notices, add);
  return all;
}

}  // namespace

TEST_CASE("a cloud that is busy for an hour is told once") {
  KeptNodesWorld world(between(3, 9));
  world.cloud.refuses = busy_cloud();
  world.turn(360);
  CHECK(world.cloud.started.size() >= 10);
  CHECK(world.events.lines() == Lines{"LAUNCH_ERROR nodes/workers 2 -> 2 min"});
  CHECK(told_by(world) == Lines{"error: another change is in progress"});
  CHECK(world.status().trouble == busy_cloud());

  SECTION("and again once it says something else") {
    world.cloud.refuses = busy_cloud("an instance refresh is in progress");
    world.turn(360);
    CHECK(world.events.lines() ==
          Lines{"LAUNCH_ERROR nodes/workers 2 -> 2 min", "LAUNCH_ERROR nodes/workers 2 -> 2 min"});
    CHECK(told_by(world) == Lines{"error: another change is in progress",
                                  "error: an instance refresh is in progress"});
  }
  SECTION("and again when it came true in between") {
    world.cloud.refuses.reset();
    world.turn(60);
    REQUIRE(world.machines() == 3);
    world.cloud.resize(2);
    world.cloud.refuses = busy_cloud();
    world.turn(360);
    const auto lines = world.events.lines();
    CHECK(std::ranges::count(lines, "LAUNCH_ERROR nodes/workers 2 -> 2 min") == 2);
  }
  SECTION("and again when it wasn't needed in between") {
    world.file.nodes.front().policy = between(1, 9);
    world.keeper->replace(world.file);
    world.turn(60);
    world.file.nodes.front().policy = between(3, 9);
    world.keeper->replace(world.file);
    world.turn(60);
    const auto lines = world.events.lines();
    CHECK(std::ranges::count(lines, "LAUNCH_ERROR nodes/workers 2 -> 2 min") == 2);
  }
  SECTION("and to another who asks") {
    world.file.nodes.front().policy.min = 1;
    world.file.nodes.front().policy.remote = machines_between(1, 9).remote;
    world.keeper->replace(world.file);
    world.demand(so_many("p", 5));
    world.turn(60);
    const auto lines = world.events.lines();
    CHECK(std::ranges::count(lines, "LAUNCH_ERROR nodes/workers 2 -> 2 program") == 1);
  }
}

TEST_CASE("that machines are waited for is told once the cloud has taken the order") {
  KeptNodesWorld world(between(3, 9));
  world.cloud.holds_ends = true;
  world.turn(2);
  CHECK(world.notices.empty());
  world.turn(1);
  REQUIRE(world.notices.size() == 1);
  CHECK(world.notices[0].status == NoticeStatus::pending);
  CHECK(world.notices[0].summary == "Waiting for 3 workers nodes to come online");
  world.turn(3);
  CHECK(world.notices.size() == 1);
  world.cloud.holds_ends = false;
  world.turn(3);
  REQUIRE(world.notices.size() == 2);
  CHECK(holds(world.notices[1].summary, "3 workers nodes are up"));
}
