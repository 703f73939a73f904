#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/release_ways.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

/// Runs for so long, and then fails.
UnitOptions failing_after(const std::string& seconds) {
  return version("that fails in the end",
                 {{.section = "Service",
                   .name = "ExecStart",
                   .value = "/bin/sh -c 'sleep " + seconds + "; exit 1'"}});
}

/// Whether an instance of the new version answers that has been active for so long.
using Answering = std::function<bool(Duration active)>;

/// What there is at one moment, after an event of the cluster.
struct Moment {
  TimePoint at;
  std::size_t former = 0;   ///< Instances that run the former version.
  std::size_t serving = 0;  ///< Those, and the ones of the new version that run and answer.
  std::size_t renewed = 0;  ///< Instances that have the new text, running or not.
};

/// Plays what the instances of a new version answer, and writes down every moment of a release.
class GateWatch : public HealthCheck {
 public:
  GateWatch(ReleaseWorld& world, UnitOptions text, Answering answering = {})
      : world_(world), text_(std::move(text)), answering_(std::move(answering)) {
    world_.before_look = [this] { look(); };
    if (answering_) world_.check = this;
  }

  std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override {
    world_.sandbox.catch_up();
    look();
    std::vector<CheckAnswer> answers;
    for (const auto& target : targets) {
      const bool is_well = answers_well(target.unit);
      auto& [on_end, longest] = answered[target.unit];
      on_end = is_well ? on_end + 1 : 0;
      longest = std::max(longest, on_end);
      answers.push_back({.is_healthy = is_well, .said = is_well ? "" : "is not ready"});
    }
    return answers;
  }

  std::size_t least(std::size_t Moment::*count) const {
    return (*std::ranges::min_element(moments, {}, count)).*count;
  }

  std::size_t most(std::size_t Moment::*count) const {
    return (*std::ranges::max_element(moments, {}, count)).*count;
  }

  /// When so many, or more, had the new text for the first time.
  TimePoint when_renewed(std::size_t count) const {
    const auto found = std::ranges::find_if(
        moments, [&](const Moment& moment) { return moment.renewed >= count; });
    REQUIRE(found != moments.end());
    return found->at;
  }

  std::vector<Moment> moments;
  std::map<std::string, std::pair<int, int>> answered;  ///< Well on end: at last, at most.

 private:
  bool answers_well(const std::string& unit) const {
    const auto since = active_since_.find(unit);
    // One of the former version always does.
    return since == active_since_.end() || answering_(world_.sandbox.cluster.now() - since->second);
  }

  void look() {
    const auto& cluster = world_.sandbox.cluster;
    Moment moment{.at = cluster.now()};
    const auto hash = unit_hash(text_);
    auto former_since = std::exchange(active_since_, {});
    const auto running = world_.running();
    for (const auto& row : cluster.states({}, {.first = 0, .count = 1'000}).items) {
      if (std::ranges::find(running, row.unit) == running.end()) continue;
      if (row.hash != hash) {
        ++moment.former;
        ++moment.serving;
        continue;
      }
      const auto before = former_since.find(row.unit);
      active_since_[row.unit] = before == former_since.end() ? moment.at : before->second;
      if (!answering_ || answers_well(row.unit)) ++moment.serving;
    }
    for (const auto& unit : cluster.units({.first = 0, .count = 1'000}).items) {
      if (!is_template_name(unit.name) && unit.options == text_) ++moment.renewed;
    }
    moments.push_back(moment);
  }

  ReleaseWorld& world_;
  UnitOptions text_;
  Answering answering_;
  std::map<std::string, TimePoint> active_since_;  // Of those that run the new version.
};

/// As it was before the release.
void check_undone(ReleaseWorld& world, const Way& way, const ReleaseReport& report) {
  CHECK(report.result == ReleaseResult::undone);
  CHECK(world.running(v1) == instances(way.former, 5));
  auto expected = instances(way.former, 5);
  expected.push_back(template_of(way.former));
  std::ranges::sort(expected);
  CHECK(world.units() == expected);
}

/// That many first, which are watched for ten minutes.
ReleaseReport release_with_canaries(ReleaseWorld& world,
                                    ReleaseRequest request,
                                    InstanceCount canary) {
  request.canary = canary;
  return world.release(request, {.scale = {.timeout = 30s}, .settle = 200ms, .canary_time = 600s});
}

}  // namespace

TEST_CASE("A release goes on only when the instances answer, and never has too few that serve") {
  struct Row {
    const char* name;
    Answering answering;
    bool ends_well;
  };

  const std::vector<Row> rows{{"at once", [](Duration) { return true; }, true},
                              {"after 20 s", [](Duration active) { return active >= 20s; }, true},
                              {"at once and then not until 20 s",
                               [](Duration active) { return active < 2s || active >= 20s; },
                               true},
                              {"never", [](Duration) { return false; }, false},
                              {"for 4 s, which is not for long enough",
                               [](Duration active) { return active < 4s; },
                               false}};
  std::size_t moments = 0;
  std::size_t releases = 0;
  for (const auto& way : both_ways()) {
    for (const auto& row : rows) {
      for (const auto& [surge, unavailable] : {std::pair{1U, 0U}, {0U, 1U}, {1U, 2U}}) {
        INFO(way.name << ", answers " << row.name << ", max-surge " << surge << ", max-unavailable "
                      << unavailable);
        const auto world = quick_world(way, v1);
        GateWatch watch(*world, v2, row.answering);
        auto request = way.request(v2);
        request.max_surge = {.number = surge};
        request.max_unavailable = {.number = unavailable};
        const auto begun = world->sandbox.clock.now();
        const auto report =
            world->release(request, {.scale = {.timeout = 60s}, .settle = 5s, .answers = 1});
        CHECK(watch.least(&Moment::serving) >= 5 - unavailable);
        CHECK(world->most <= 5 + surge);
        moments += watch.moments.size();
        ++releases;
        if (row.ends_well) {
          CHECK(report.result == ReleaseResult::released);
          check_ends_at(*world, way.service, v2);
          if (!row.answering(10s)) CHECK(world->sandbox.clock.now() - begun > 40s);
        } else {
          CHECK(report.scale.status == ScaleStatus::timed_out);
          REQUIRE(report.scale.error);
          CHECK(report.scale.error->message.find("is not ready") != std::string::npos);
          check_undone(*world, way, report);
        }
      }
    }
  }
  WARN(releases << " releases with a health check: never too few that serve in " << moments
                << " moments");
}

TEST_CASE("An instance counts when it has answered so many times on end") {
  for (const auto& way : both_ways()) {
    for (const int good_on_end : {2, 3}) {
      INFO(way.name << ", answers well " << good_on_end << " times, then badly once, and again");
      const auto world = quick_world(way, v1);
      int asked = 0;
      GateWatch watch(*world, v2, [&](Duration) { return asked++ % (good_on_end + 1) != 0; });
      const auto report =
          world->release(way.request(v2), {.scale = {.timeout = 30s}, .settle = 0s, .answers = 3});
      if (good_on_end < 3) {
        check_undone(*world, way, report);
        CHECK(watch.least(&Moment::former) == 5);
        continue;
      }
      CHECK(report.result == ReleaseResult::released);
      for (const auto& unit : instances(way.service, 5)) {
        INFO(unit);
        CHECK(watch.answered[unit].second == 3);
      }
    }
  }
}

TEST_CASE(
    "What is active for two seconds and then fails never counts where five are to be settled") {
  const auto text = failing_after("2");
  for (const auto& way : both_ways()) {
    for (const InstanceCount unavailable : {0U, 2U}) {
      INFO(way.name << ", max-unavailable " << unavailable);
      const auto world = quick_world(way, v1);
      GateWatch watch(*world, text);
      auto request = way.request(text);
      request.max_unavailable = {.number = unavailable};
      const auto report = world->release(request, {.scale = {.timeout = 60s}, .settle = 5s});
      CHECK(report.scale.status == ScaleStatus::failed);
      check_undone(*world, way, report);
      CHECK(watch.most(&Moment::serving) > 5 - unavailable);
      CHECK(watch.least(&Moment::former) >= 5 - unavailable);
    }
  }
}

TEST_CASE("Without settling, what fails two seconds later is released, and nobody is left") {
  const auto text = failing_after("2");
  for (const auto& way : both_ways()) {
    INFO(way.name);
    const auto world = quick_world(way, v1, 1);
    const auto report = world->release(way.request(text), {.settle = 0s});
    CHECK(report.result == ReleaseResult::released);
    world->sandbox.pass(10s);
    CHECK(world->running().empty());
  }
}

TEST_CASE("While the canaries are watched, only they have the new text") {
  for (const auto& way : both_ways()) {
    for (const InstanceCount canary : {1U, 2U}) {
      INFO(way.name << ", canaries " << canary);
      const auto world = quick_world(way, v1);
      GateWatch watch(*world, v2);
      const auto report = release_with_canaries(*world, way.request(v2), canary);
      CHECK(report.result == ReleaseResult::released);
      check_ends_at(*world, way.service, v2);
      check_limits(*world);
      CHECK(watch.when_renewed(canary + 1) - watch.when_renewed(canary) >= 600s);
      CHECK(watch.when_renewed(canary) - watch.when_renewed(1) < 60s);
      CHECK(watch.moments.back().at - watch.when_renewed(canary + 1) < 60s);
    }
  }
}

TEST_CASE("A canary that fails in its time takes nobody with it") {
  const auto text = failing_after("300");
  for (const auto& way : both_ways()) {
    for (const InstanceCount canary : {1U, 2U}) {
      INFO(way.name << ", canaries " << canary);
      const auto world = quick_world(way, v1);
      GateWatch watch(*world, text);
      const auto report = release_with_canaries(*world, way.request(text), canary);
      CHECK(report.scale.status == ScaleStatus::failed);
      check_undone(*world, way, report);
      CHECK(watch.most(&Moment::renewed) == canary);
      CHECK(watch.least(&Moment::former) == 6 - canary);
    }
  }
}

TEST_CASE("Between the steps of a release is at least the pause") {
  for (const auto& way : both_ways()) {
    for (const Duration pause : {Duration(0s), Duration(120s)}) {
      INFO(way.name << ", pause " << pause / 1s << " s");
      const auto world = quick_world(way, v1);
      GateWatch watch(*world, v2);
      const auto report = world->release(
          way.request(v2), {.scale = {.timeout = 30s}, .settle = 200ms, .pause_between = pause});
      CHECK(report.result == ReleaseResult::released);
      check_ends_at(*world, way.service, v2);
      for (std::size_t count = 1; count < 5; ++count) {
        INFO("from " << count << " to " << count + 1);
        const auto between = watch.when_renewed(count + 1) - watch.when_renewed(count);
        CHECK(between >= pause + 200ms);
        CHECK(between < pause + 30s);
      }
    }
  }
}
