#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "support/catch.hpp"
#include "support/scale_world.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Write create(const std::string& unit) {
  return {.kind = Write::Kind::create,
          .unit = unit,
          .options = std::make_shared<const UnitOptions>(plain_options())};
}

std::vector<WriteEnd> perform(FleetApi& fleet, const std::vector<Write>& writes, int parallel = 4) {
  std::vector<WriteEnd> ends;
  fleet.perform(writes, parallel, [&](const WriteEnd& end) { ends.push_back(end); });
  return ends;
}

}  // namespace

TEST_CASE("Every write is sent as Fleet knows it, and no state but its three words") {
  ScaleWorld world;
  world.start_with({1, 2, 3});
  const auto options = std::make_shared<const UnitOptions>(plain_options());
  const auto ends = perform(
      *world.fleet,
      {create("my_app@4.service"),
       {.kind = Write::Kind::replace,
        .unit = "my_app@.service",
        .state = JobState::inactive,
        .options = options},
       {.kind = Write::Kind::set_state, .unit = "my_app@1.service", .state = JobState::loaded},
       {.kind = Write::Kind::destroy, .unit = "my_app@2.service"}});
  CHECK(ends.size() == 4);
  CHECK(std::ranges::all_of(
      ends, [](const WriteEnd& end) { return end.result == WriteEnd::Result::done; }));
  CHECK(world.instances() == std::vector<InstanceNumber>{1, 3, 4});
  CHECK(world.sandbox.cluster.unit("my_app@1.service")->desired_state == JobState::loaded);
  std::set<std::string> states;
  for (const auto& request : world.http.requests()) {
    CHECK(request.target.find('@') == std::string::npos);
    const std::string key = R"("desiredState":")";
    const auto at = request.body.find(key);
    CHECK((at != std::string::npos) == (request.method == "PUT"));
    if (at == std::string::npos) continue;
    const auto begin = at + key.size();
    states.insert(request.body.substr(begin, request.body.find('"', begin) - begin));
  }
  CHECK(states == std::set<std::string>{"launched", "inactive", "loaded"});
}

TEST_CASE("Never more requests are under way than allowed, and as many as allowed") {
  for (const std::size_t parallel : {1U, 3U, 16U}) {
    CAPTURE(parallel);
    ScaleWorld world;
    world.inject("PUT:*:5-9:status=503");
    std::size_t most = 0;
    world.http.before_acting = [&](const HttpRequest&) {
      most = std::max(most, world.http.in_flight() + 1);
    };
    std::vector<Write> writes;
    for (int i = 1; i <= 40; ++i)
      writes.push_back(create(ScaleWorld::unit(static_cast<InstanceNumber>(i))));
    const auto ends = perform(*world.fleet, writes, static_cast<int>(parallel));
    CHECK(most == parallel);
    CHECK(world.instances().size() == 40);
    std::set<std::size_t> indexes;
    for (const auto& end : ends)
      indexes.insert(end.index);
    CHECK(ends.size() == 40);
    CHECK(indexes.size() == 40);
  }
}

TEST_CASE("A write whose answer is lost is looked at, and not done twice") {
  for (const auto* kind : {"close-after", "reset-after", "cut", "garbage", "delay=10000"}) {
    CAPTURE(kind);
    ScaleWorld world;
    world.inject(fmt::format("PUT:*:1:{}", kind));
    world.inject(fmt::format("DELETE:*:1:{}", kind));
    CHECK(perform(*world.fleet, {create("my_app@1.service")}).at(0).result ==
          WriteEnd::Result::done);
    CHECK(perform(*world.fleet, {{.kind = Write::Kind::destroy, .unit = "my_app@1.service"}})
              .at(0)
              .result == WriteEnd::Result::done);
    CHECK(world.sent("PUT") == 1);
    CHECK(world.sent("DELETE") == 1);
    CHECK(world.sent("GET") == 2);
    CHECK(world.instances().empty());
  }
}

TEST_CASE("A signal ends a read, and skips the writes that have not begun") {
  ScaleWorld world;
  world.stop.raise_at(world.sandbox.clock.now() + 10ms);
  world.sandbox.latency = 20ms;
  std::vector<Write> writes;
  for (int i = 1; i <= 5; ++i)
    writes.push_back(create(ScaleWorld::unit(static_cast<InstanceNumber>(i))));
  const auto ends = perform(*world.fleet, writes, 2);
  const auto count = [&](WriteEnd::Result result) {
    return std::ranges::count(ends, result, &WriteEnd::result);
  };
  CHECK(count(WriteEnd::Result::done) == 2);
  CHECK(count(WriteEnd::Result::skipped) == 3);
  CHECK(world.sent("PUT") == 2);

  ScaleWorld reading;
  reading.inject("GET:*:*:status=503");
  reading.stop.raise_at(reading.sandbox.clock.now() + 1s);
  const auto units = reading.fleet->units("");
  REQUIRE_FALSE(units);
  CHECK(units.error().kind == ErrorKind::interrupted);
}
