#include "scale_fleet/commands/release_command.hpp"

#include <fmt/format.h>

#include "commands/release_ways.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

const UnitOptions never_active =
    version("that never gets active",
            {{.section = "Service", .name = "ExecStartPre", .value = "/bin/sleep 1000000"},
             {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}});

/// Five instances of the former version run, on three machines.
std::unique_ptr<ReleaseWorld> world_of(const Way& way) {
  auto world = std::make_unique<ReleaseWorld>(way.service);
  if (way.former != way.service) world->services.push_back(way.former);
  world->start_with(way.former, v1, {1, 2, 3, 4, 5});
  return world;
}

/// Everything is as it was before the release.
void check_undone(ReleaseWorld& world, const Way& way) {
  CHECK(world.running(v1) == instances(way.former, 5));
  CHECK(world.running() == instances(way.former, 5));
  auto expected = instances(way.former, 5);
  expected.push_back(Service::parse(way.former)->template_name());
  std::ranges::sort(expected);
  CHECK(world.units() == expected);
  CHECK(world.text_of(Service::parse(way.former)->template_name()) == v1);
}

}  // namespace

TEST_CASE("A good release of five never has fewer than five healthy, or more than six") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = world_of(way);
    const auto report = world->release(way.request(v2));
    CHECK(report.result == ReleaseResult::released);
    CHECK(report.scale.status == ScaleStatus::converged);
    CHECK_FALSE(report.scale.error);
    CHECK(world->running(v2) == instances(way.service, 5));
    CHECK(world->running() == instances(way.service, 5));
    CHECK(world->text_of(Service::parse(way.service)->template_name()) == v2);
    CHECK(world->least_healthy == 5);
    CHECK(world->most == 6);
    CHECK(world->looks > 100);
    WARN("a good release " << way.name << ": at least " << world->least_healthy
                           << " healthy, at most " << world->most << " there, in " << world->looks
                           << " looks");
    const auto again = world->release(way.request(v2));
    CHECK(again.result == ReleaseResult::unchanged);
    CHECK(again.scale.status == ScaleStatus::unchanged);
  }
}

TEST_CASE("A release that fails is undone, and never has too few healthy") {
  struct Row {
    const char* name;
    UnitOptions text;
    bool third_fails;
    ScaleStatus status;
  };

  const std::vector<Row> rows{{"fails at once", failing, false, ScaleStatus::failed},
                              {"third instance fails", v2, true, ScaleStatus::failed},
                              {"never active", never_active, false, ScaleStatus::timed_out}};
  for (const auto& way : both_ways()) {
    for (const auto& row : rows) {
      for (const InstanceCount unavailable : {0U, 2U}) {
        INFO(way.name << ", " << row.name << ", max-unavailable " << unavailable);
        const auto world = world_of(way);
        const auto third = Service::parse(way.service)->instance_name(3);
        if (row.third_fails) {
          world->before_look = [&] {
            const auto rows_of_it =
                world->sandbox.cluster.states({.unit = third}, {.first = 0, .count = 1}).items;
            const bool runs_new = !rows_of_it.empty() && rows_of_it.front().active == "active" &&
                                  rows_of_it.front().hash == unit_hash(row.text);
            if (runs_new) world->sandbox.cluster.set_systemd_state(third, "failed", "failed");
          };
        }
        auto request = way.request(row.text);
        request.max_unavailable = {.number = unavailable};
        const auto report = world->release(request, {.scale = {.timeout = 60s}});
        CHECK(report.result == ReleaseResult::undone);
        CHECK(report.scale.status == row.status);
        REQUIRE(report.scale.error);
        CHECK(report.scale.error->message.find("the deploy was undone, everything is as before") !=
              std::string::npos);
        check_undone(*world, way);
        CHECK(world->least_healthy >= 5 - unavailable);
        CHECK(world->most <= 6);
        WARN(row.name << ", " << way.name << ", max-unavailable " << unavailable << ": at least "
                      << world->least_healthy << " healthy in " << world->looks << " looks");
      }
    }
  }
}

TEST_CASE("A release whose instance fails while the last of the former go is undone") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = world_of(way);
    const auto third = Service::parse(way.service)->instance_name(3);
    const auto last_former = way.former == way.service
                                 ? Service::parse(way.former)->instance_name(6)
                                 : Service::parse(way.former)->instance_name(5);
    bool was_there = false;
    bool has_failed = false;
    world->before_look = [&] {
      const bool is_there = world->sandbox.cluster.unit(last_former).has_value();
      const bool goes = was_there && !is_there && world->running(v2).size() >= 5;
      was_there = is_there;
      if (!goes || has_failed) return;
      has_failed = true;
      world->sandbox.cluster.set_systemd_state(third, "failed", "failed");
    };
    const auto report = world->release(way.request(v2), {.scale = {.timeout = 60s}});
    REQUIRE(has_failed);
    CHECK(report.result == ReleaseResult::undone);
    CHECK(report.scale.status == ScaleStatus::failed);
    check_undone(*world, way);
    CHECK(world->least_healthy >= 4);  // All but the one that failed.
  }
}

TEST_CASE("A release goes back to the version before, and forth again") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = world_of(way);
    REQUIRE(world->release(way.request(v2)).result == ReleaseResult::released);
    auto back = way.request(v2);
    back.kind = ReleaseKind::rollback;
    back.text = std::nullopt;
    back.replaces = std::nullopt;
    CHECK(world->release(back).result == ReleaseResult::released);
    CHECK(world->running(v1) == instances(way.former, 5));
    CHECK(world->running() == instances(way.former, 5));
    auto forth = back;
    forth.service = *Service::parse(way.former);
    CHECK(world->release(forth).result == ReleaseResult::released);
    CHECK(world->running(v2) == instances(way.service, 5));
    CHECK(world->least_healthy == 5);
  }
}

TEST_CASE("A restart starts every instance anew, a refresh only those that differ") {
  ReleaseWorld world("my_app");
  world.start_with("my_app", v1, {1, 2, 3});
  world.sandbox.cluster.put_unit("my_app@2.service", v2, JobState::launched);
  world.sandbox.pass(1min);
  world.least_healthy = world.running().size();
  std::map<std::string, int> starts;
  std::map<std::string, std::string> words;
  world.before_look = [&] {
    for (const auto& row : world.sandbox.cluster.states({}, {.first = 0, .count = 100}).items) {
      auto& word = words[row.unit];
      if (word != row.active && row.active == "activating") ++starts[row.unit];
      word = row.active;
    }
  };
  ReleaseRequest request{
      .kind = ReleaseKind::restart, .service = *Service::parse("my_app"), .replaces = {}};
  CHECK(world.release(request).result == ReleaseResult::released);
  CHECK(starts == std::map<std::string, int>{{"my_app@1.service", 1},
                                             {"my_app@2.service", 1},
                                             {"my_app@3.service", 1},
                                             {"my_app@4.service", 1}});
  CHECK(world.running(v1) == std::vector<std::string>{"my_app@1.service", "my_app@3.service"});
  CHECK(world.running(v2) == std::vector<std::string>{"my_app@2.service"});
  CHECK(world.least_healthy == 3);

  starts.clear();
  request.kind = ReleaseKind::refresh;
  CHECK(world.release(request).result == ReleaseResult::released);
  CHECK(world.running(v1) == instances("my_app", 3));
  CHECK(starts == std::map<std::string, int>{{"my_app@2.service", 1}, {"my_app@4.service", 1}});
  CHECK(world.least_healthy == 3);
}

TEST_CASE("A dry run shows every step and sends nothing but reads") {
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = world_of(way);
    const auto before = world->units();
    const auto planned = world->release(way.request(v2), {.scale = {.dry_run = true}});
    CHECK(planned.result == ReleaseResult::planned);
    CHECK(world->units() == before);
    for (const auto& request : world->http->requests())
      CHECK(request.method == "GET");
    const auto released = world->release(way.request(v2));
    const auto steps = [](const ReleaseReport& report) {
      std::vector<std::string> lines;
      for (const auto& service : report.scale.services) {
        for (const auto& change : service.changes) {
          lines.push_back(fmt::format(
              "{} {} {}", change.turn, to_string(change.step.action), change.step.unit));
        }
      }
      return lines;
    };
    CHECK(steps(planned) == steps(released));
  }
}
