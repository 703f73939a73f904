#include <fmt/format.h>

#include "commands/release_ways.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

void check_released(ReleaseWorld& world, const ReleaseRequest& request) {
  const auto report = world.release(request, quick_options());
  INFO(message_of(report));
  CHECK(report.result == ReleaseResult::released);
  CHECK_FALSE(report.scale.error);
}

void check_undone(ReleaseWorld& world, const ReleaseRequest& request) {
  const auto before = holdings_of(world);
  const auto report = world.release(request, quick_options());
  INFO(message_of(report));
  CHECK(report.result == ReleaseResult::undone);
  CHECK(holdings_of(world) == before);
}

UnitOptions alone_on_a_machine(const UnitOptions& text) {
  auto options = text;
  options.push_back({.section = "X-Fleet", .name = "Conflicts", .value = "my_app@*.service"});
  return options;
}

}  // namespace

TEST_CASE("A Fleet that ignores new options is released on, with as many fewer as is allowed") {
  for (const InstanceCount unavailable : {0U, 1U, 2U}) {
    INFO("max-unavailable " << unavailable);
    const auto way = both_ways().front();
    auto settings = quick_machines();
    settings.takes_new_options = false;
    const auto world = quick_world(way, v1, 5, settings);
    auto request = way.request(v2);
    request.max_unavailable = {.number = unavailable};
    if (unavailable > 0) request.max_surge = {.number = 0};
    check_released(*world, request);
    check_ends_at(*world, way.service, v2);
    check_limits(*world, 5 - unavailable, unavailable > 0 ? 5 : 6);
    auto back = way.rollback();
    back.max_unavailable = request.max_unavailable;
    back.max_surge = request.max_surge;
    check_released(*world, back);
    check_ends_at(*world, way.former, v1);
    auto bad = request;
    bad.text = failing;
    check_undone(*world, bad);
    check_limits(*world, 5 - unavailable, unavailable > 0 ? 5 : 6);
  }
}

TEST_CASE("One instance is released without a gap, and none at all without a step") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = quick_world(way, v1, 1);
    check_undone(*world, way.request(failing));
    check_released(*world, way.request(v2));
    check_ends_at(*world, way.service, v2, 1);
    check_limits(*world, 1, 2);
    auto none = way.request(v3);
    none.count = 0;
    none.replaces = std::nullopt;
    check_released(*world, none);
    check_ends_at(*world, way.service, v3, 0);
    none.count = 2;
    none.text = v2;
    check_released(*world, none);
    check_ends_at(*world, way.service, v2, 2);
  }
}

TEST_CASE("Where every machine is taken, a release makes room first") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, alone_on_a_machine(v1), 3);
  auto request = way.request(alone_on_a_machine(v2));
  // A fourth finds no machine.
  check_undone(*world, request);
  check_limits(*world, 3, 4);
  request.max_surge = {.number = 0};
  request.max_unavailable = {.number = 1};
  check_released(*world, request);
  check_ends_at(*world, way.service, alone_on_a_machine(v2), 3);
  check_limits(*world, 2, 4);
}

TEST_CASE("A release that fails gives each instance its own text back") {
  const auto way = both_ways().front();
  for (const InstanceCount unavailable : {0U, 2U}) {
    INFO("max-unavailable " << unavailable);
    const auto world = quick_world(way, v1);
    world->sandbox.cluster.put_unit("my_app@2.service", v2, JobState::launched);
    world->sandbox.cluster.put_unit("my_app@4.service", v3, JobState::launched);
    world->sandbox.pass(1min);
    world->least_healthy = world->running().size();
    auto request = way.request(failing);
    request.max_unavailable = {.number = unavailable};
    check_undone(*world, request);
    check_limits(*world, 5 - unavailable);
  }
}

TEST_CASE("A release that fails is undone where a former instance wasn't well before it either") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = quick_world(way, v1);
    const auto third = Service::parse(way.former)->instance_name(3);
    world->sandbox.cluster.set_systemd_state(third, "failed", "failed");
    world->sandbox.pass(1min);
    world->least_healthy = world->running().size();
    check_undone(*world, way.request(failing));
    check_limits(*world, 4);
    check_released(*world, way.request(v2));
    check_ends_at(*world, way.service, v2);
    check_limits(*world, 4);
  }
}

TEST_CASE("A release may change the count, up and down") {
  for (const auto& way : both_ways()) {
    for (const InstanceCount count : {1U, 2U, 4U, 7U, 9U}) {
      INFO(way.name << ", to " << count);
      const auto world = quick_world(way, v1);
      auto bad = way.request(failing);
      bad.count = count;
      check_undone(*world, bad);
      auto request = way.request(v2);
      request.count = count;
      check_released(*world, request);
      check_ends_at(*world, way.service, v2, count);
      CHECK(world->least_healthy >= std::min<std::size_t>(count, 5));
    }
  }
}

TEST_CASE("A service whose template is missing is released, and back") {
  const auto way = both_ways().front();
  const auto world = quick_world(way, v1);
  world->sandbox.cluster.delete_unit("my_app@.service");
  check_undone(*world, way.request(failing));
  check_released(*world, way.request(v2));
  check_ends_at(*world, way.service, v2);
  check_released(*world, way.rollback());
  check_ends_at(*world, way.service, v1);
  check_limits(*world);
}

TEST_CASE("Units of the names that a release needs, written by somebody else, are left alone") {
  for (const auto& way : both_ways()) {
    for (const auto& name : {former_unit_name(*Service::parse(way.service)),
                             mark_unit_name(*Service::parse(way.service)),
                             mark_unit_name(*Service::parse(way.former))}) {
      INFO(way.name << ", " << name);
      const auto world = quick_world(way, v1);
      world->sandbox.cluster.put_unit(name, v3, JobState::inactive);
      const auto before = holdings_of(*world);
      const auto report = world->release(way.request(v2), quick_options());
      CHECK(report.result == ReleaseResult::not_begun);
      CHECK(message_of(report).find("not one that scale-fleet wrote") != std::string::npos);
      CHECK(holdings_of(*world) == before);
    }
  }
}

TEST_CASE("Of a name at Fleet's limit nothing is begun that couldn't be ended") {
  std::size_t length = 225;
  for (; Service::parse(std::string(length, 'a')); ++length) {
    const std::string service(length, 'a');
    INFO("a service's name of " << length);
    const Way way{"in place", service, service};
    const auto world = quick_world(way, v1);
    const auto before = holdings_of(*world);
    const auto report = world->release(way.request(v2), quick_options());
    if (report.result == ReleaseResult::released) {
      check_ends_at(*world, service, v2);
    } else {
      CHECK(report.result == ReleaseResult::not_begun);
      CHECK(holdings_of(*world) == before);
    }
  }
  CHECK(length > 230);
}

TEST_CASE("A release on top of another that was broken off ends all marks") {
  // In place on the service that another one then replaces.
  const auto beside = both_ways().back();
  const auto world = quick_world(beside, v1);
  const Way in_place{"in place", beside.former, beside.former};
  auto options = quick_options();
  options.on_failure = OnFailure::stop;
  const auto broken = world->release(in_place.request(failing), options);
  CHECK(broken.result == ReleaseResult::stopped);
  check_released(*world, beside.request(v2));
  check_ends_at(*world, beside.service, v2);
  check_released(*world, beside.rollback());
  check_ends_at(*world, beside.former, v1);
  check_limits(*world);
}

TEST_CASE("A text that is the same to Fleet is the same to a release") {
  // Fleet and its hash put lines of one section together.
  const auto way = both_ways().front();
  UnitOptions apart{{.section = "Unit", .name = "Description", .value = "a"},
                    {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"},
                    {.section = "Unit", .name = "After", .value = "b.service"}};
  auto together = apart;
  std::swap(together[1], together[2]);
  REQUIRE(unit_hash(apart) == unit_hash(together));
  const auto world = quick_world(way, together);
  std::size_t requests = 0;
  world->http->before_acting = [&](const HttpRequest&) { REQUIRE(++requests < 1000); };
  const auto report = world->release(way.request(apart), quick_options());
  INFO(message_of(report));
  CHECK_FALSE(report.scale.error);
  CHECK(world->running() == instances(way.service, 5));
  CHECK(report.result == ReleaseResult::unchanged);
}
