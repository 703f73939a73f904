#include <optional>

#include <fmt/format.h>

#include "commands/release_ways.hpp"
#include "support/random_source.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// What a killed process doesn't come back from.
/// A release that a seed draws, and what befalls it.
struct Draw {
  explicit Draw(std::uint64_t seed) : random(seed) {
    way = random.pick(both_ways());
    count = static_cast<InstanceCount>(random.between(1, 6));
    surge = static_cast<InstanceCount>(random.between(0, 3));
    unavailable = static_cast<InstanceCount>(random.between(surge == 0 ? 1 : 0, 2));
    canary = static_cast<InstanceCount>(random.percent(30) ? random.between(1, 3) : 0);
    const bool stops = random.percent(30);
    former = text("1", stops);
    target = text("2", random.percent(30));
    const int fate = random.between(0, 99);
    if (fate < 20) {
      target = version("2", {{.section = "Service", .name = "ExecStart", .value = "/bin/false"}});
    } else if (fate < 30) {
      target =
          version("2",
                  {{.section = "Service", .name = "ExecStartPre", .value = "/bin/sleep 1000000"},
                   {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}});
    }
    is_good = fate >= 30;
    fault_percent = random.percent(40) ? 5 : 0;
    if (random.percent(50)) killed_at = static_cast<std::size_t>(random.between(1, 60));
    if (random.percent(10)) machine_lost_at = static_cast<std::size_t>(random.between(1, 40));
    takes_new_options = !random.percent(20);
    goes_back = random.percent(30);
  }

  static UnitOptions text(const std::string& name, bool stops) {
    UnitOptions commands{{.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}};
    if (stops) {
      commands.push_back({.section = "Service", .name = "ExecStop", .value = "/bin/sleep 1"});
    }
    return version(name, commands);
  }

  ReleaseRequest request() const {
    auto request = way.request(target);
    limit(request);
    return request;
  }

  ReleaseRequest rollback() const {
    auto request = way.rollback();
    limit(request);
    return request;
  }

  void limit(ReleaseRequest& request) const {
    request.max_surge = {.number = surge};
    request.max_unavailable = {.number = unavailable};
    request.canary = canary;
  }

  RandomSource random;
  Way way;
  InstanceCount count = 0;
  InstanceCount surge = 0;
  InstanceCount unavailable = 0;
  InstanceCount canary = 0;
  UnitOptions former;
  UnitOptions target;
  bool is_good = true;
  int fault_percent = 0;
  std::optional<std::size_t> killed_at;
  std::optional<std::size_t> machine_lost_at;
  bool takes_new_options = true;
  bool goes_back = false;
};

/// Plays what a seed draws, and checks every promise; how it ended.
std::string play(std::uint64_t seed) {
  Draw draw(seed);
  auto settings = quick_machines();
  settings.takes_new_options = draw.takes_new_options;
  const auto world = quick_world(draw.way, draw.former, draw.count, settings);
  std::size_t requests = 0;
  bool has_lost_machine = false;
  const auto befall = [&] {
    world->http->before_acting = [&](const HttpRequest&) {
      ++requests;
      if (requests == draw.machine_lost_at) {
        has_lost_machine = true;
        world->sandbox.cluster.lose_machine(world->sandbox.cluster.machines().front().id);
      }
      if (requests == draw.killed_at) throw Killed{};
    };
    world->http->other_fault = [&](const HttpRequest&) -> std::optional<Fault> {
      if (!draw.random.percent(draw.fault_percent)) return std::nullopt;
      return *parse_fault(
          "*:*:*:" + draw.random.pick<std::string>(
                         {"refused", "reset", "reset-after", "status=500", "delay=60000", "cut"}));
    };
  };
  befall();
  const auto before = holdings_of(*world);
  bool was_killed = false;
  ReleaseReport report;
  try {
    report = world->release(draw.request(), quick_options());
  } catch (const Killed&) {
    was_killed = true;
    world->connect();
    world->sandbox.pass(std::chrono::milliseconds(draw.random.between(0, 3000)));
    const auto between = holdings_of(*world);
    befall();
    report = world->release(draw.goes_back ? draw.rollback() : draw.request(), quick_options());
    if (!has_lost_machine) check_truth(report, between, *world);
  }
  INFO(message_of(report));
  if (!has_lost_machine) {
    if (!was_killed) check_truth(report, before, *world);
    check_limits(
        *world, draw.count - std::min(draw.count, draw.unavailable), draw.count + draw.surge);
  }
  const auto ending = std::string(to_string(report.result));
  const bool went_back = was_killed && draw.goes_back;
  switch (report.result) {
    case ReleaseResult::released:
    case ReleaseResult::unchanged:
      if (went_back) {
        check_ends_at(*world, draw.way.former, draw.former, draw.count);
      } else {
        CHECK(draw.is_good);
        check_ends_at(*world, draw.way.service, draw.target, draw.count);
      }
      break;
    case ReleaseResult::undone:
      CHECK(report.scale.error);
      if (!was_killed) {
        CHECK(holdings_of(*world) == before);
      } else if (!went_back && !has_lost_machine) {
        check_ends_at(*world, draw.way.former, draw.former, draw.count);
      }
      break;
    case ReleaseResult::stopped:
      CHECK(message_of(report).find("on with it by") != std::string::npos);
      break;
    case ReleaseResult::not_begun:
    case ReleaseResult::planned:
      CHECK(report.scale.error);
      break;
  }
  return ending;
}

}  // namespace

TEST_CASE("Whatever befalls a release, its limits hold, and it ends at one version or says why") {
  std::map<std::string, int> endings;
  for (std::uint64_t seed = 1; seed <= 150; seed += sweep_stride) {
    INFO("seed " << seed);
    ++endings[play(seed)];
  }
  std::string words;
  for (const auto& [ending, count] : endings)
    words += fmt::format(" {} {}", count, ending);
  WARN("150 random releases:" << words);
}
