#include "support/sandbox_http_client.hpp"

#include <chrono>

#include "scale_fleet/fleet/fleet_json.hpp"
#include "support/catch.hpp"
#include "support/fake_stop_request.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const UnitOptions app_options = {{"Service", "ExecStart", "/bin/app"}};

HttpRequest put(const std::string& unit) {
  return {.method = "PUT",
          .target = "/fleet/v1/units/" + unit,
          .headers = {{"Content-Type", "application/json"}},
          .body = write_put_body(JobState::launched, &app_options)};
}

Fault fault_of(const char* spec) {
  return parse_fault(spec).value();
}

}  // namespace

TEST_CASE("A request ends after the latency, and the clock says so") {
  SandboxWorld world;
  SandboxHttpClient client(world);
  const auto start = world.clock.now();
  client.start(7, put("a@1.service"));
  CHECK(client.in_flight() == 1);
  const auto ended = client.wait(start + 1min);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].id == 7);
  REQUIRE(ended[0].result);
  CHECK(ended[0].result->status == 201);
  CHECK(world.clock.now() == start + 1ms);
  CHECK(client.in_flight() == 0);
  REQUIRE(client.requests().size() == 1);
  CHECK(client.requests()[0].method == "PUT");
  CHECK(client.requests()[0].started == start);
}

TEST_CASE("Requests that run at once end at once, in the order of their start") {
  SandboxWorld world;
  SandboxHttpClient client(world);
  for (RequestId id = 1; id <= 3; ++id)
    client.start(id, put("a@" + std::to_string(id) + ".service"));
  const auto ended = client.wait(world.clock.now() + 1min);
  REQUIRE(ended.size() == 3);
  CHECK(ended[0].id == 1);
  CHECK(ended[2].id == 3);
}

TEST_CASE("Waiting with nothing in flight only lets time pass, for the cluster too") {
  SandboxWorld world;
  SandboxHttpClient client(world);
  world.cluster.put_unit("a@1.service", app_options, JobState::launched);
  const auto until = world.clock.now() + 10s;
  CHECK(client.wait(until).empty());
  CHECK(world.clock.now() == until);
  CHECK(world.cluster.unit("a@1.service")->current_state == JobState::launched);
}

TEST_CASE("A wait that is too short leaves the request in flight") {
  SandboxWorld world;
  world.latency = 100ms;
  SandboxHttpClient client(world);
  client.start(1, put("a@1.service"));
  CHECK(client.wait(world.clock.now() + 50ms).empty());
  CHECK(client.in_flight() == 1);
  CHECK(world.cluster.condition("a@1.service") == RecordCondition::missing);
  CHECK(client.wait(world.clock.now() + 1s).size() == 1);
}

TEST_CASE("Each fault ends a request as the network would, and acts or doesn't") {
  struct Row {
    const char* kind;
    TransportFailure failure;
    bool acted;
    Duration after;
  };

  for (const auto& row : {Row{"refused", TransportFailure::not_connected, false, 1ms},
                          Row{"reset", TransportFailure::broken_off, false, 1ms},
                          Row{"close", TransportFailure::broken_off, false, 1ms},
                          Row{"reset-after", TransportFailure::broken_off, true, 1ms},
                          Row{"cut", TransportFailure::broken_off, true, 1ms},
                          Row{"garbage", TransportFailure::unreadable, true, 1ms},
                          Row{"delay=60000", TransportFailure::timed_out, true, 5s}}) {
    INFO(row.kind);
    SandboxWorld world({}, {fault_of((std::string("PUT:*:1:") + row.kind).c_str())});
    SandboxHttpClient client(world);
    const auto start = world.clock.now();
    client.start(1, put("a@1.service"));
    const auto ended = client.wait(start + 1min);
    REQUIRE(ended.size() == 1);
    REQUIRE_FALSE(ended[0].result);
    CHECK(ended[0].result.error().failure == row.failure);
    CHECK(world.clock.now() == start + row.after);
    CHECK((world.cluster.condition("a@1.service") == RecordCondition::whole) == row.acted);
    client.start(2, put("b@1.service"));
    CHECK(client.wait(start + 2min).at(0).result);
  }
}

TEST_CASE("A late reply that is still in time comes after those that weren't delayed") {
  SandboxWorld world({}, {fault_of("PUT:/units/a@1.service:1:delay=2000")});
  SandboxHttpClient client(world);
  const auto start = world.clock.now();
  client.start(1, put("a@1.service"));
  client.start(2, put("a@2.service"));
  CHECK(client.wait(start + 1min).at(0).id == 2);
  CHECK(client.wait(start + 1min).at(0).id == 1);
  CHECK(world.clock.now() == start + 2001ms);
}

TEST_CASE("Others may act just before a request does") {
  SandboxWorld world;
  SandboxHttpClient client(world);
  client.before_acting = [&](const HttpRequest&) {
    world.cluster.put_unit("a@1.service", app_options, JobState::launched);
  };
  client.start(1, put("a@1.service"));
  CHECK(client.wait(world.clock.now() + 1s).at(0).result->status == 204);
}

TEST_CASE("A signal ends the wait that it falls into, once, and stays raised") {
  SandboxWorld world;
  world.latency = 10s;
  SandboxHttpClient client(world);
  FakeStopRequest stop(world.clock);
  const auto start = world.clock.now();
  stop.raise_at(start + 3s, 15);
  CHECK_FALSE(stop.requested());
  client.start(1, put("a@1.service"));
  CHECK(client.wait(start + 1min).empty());
  CHECK(world.clock.now() == start + 3s);
  CHECK(stop.signal() == 15);
  CHECK(client.wait(start + 1min).size() == 1);
  CHECK(stop.requested());
}
