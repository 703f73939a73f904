#include <chrono>
#include <map>

#include <fmt/format.h>

#include "simulation/simulated_run.hpp"
#include "support/catch.hpp"
#include "support/sweep.hpp"

using namespace scale_fleet;

namespace {

/// A scale of my_app, whose instances run, to another count.
struct Scale {
  const char* name;
  InstanceNumber from = 0;
  InstanceCount to = 0;
  UnitKind kind = UnitKind::plain;
};

const std::vector<Scale> scales{
    {.name = "3 to 8", .from = 3, .to = 8},
    {.name = "8 to 3", .from = 8, .to = 3},
    {.name = "8 to 3, stopping first", .from = 8, .to = 3, .kind = UnitKind::with_stop}};

Scenario undisturbed_scenario(const Scale& scale) {
  const auto service = *Service::parse("my_app");
  const auto options = options_of(scale.kind);
  Scenario scenario;
  // Quick to start: fewer looks, and so fewer requests of the same sort to sweep over.
  scenario.cluster.engine_delay = std::chrono::milliseconds(200);
  scenario.cluster.agent_delay = std::chrono::milliseconds(200);
  scenario.cluster.start_delay = std::chrono::milliseconds(200);
  scenario.stored = {
      {.name = service.template_name(), .options = options, .state = JobState::inactive},
      {.name = "my_app@01.service", .options = options},
      {.name = "my_app@blue.service", .options = options},
      {.name = "my_app_v2@1.service", .options = options}};
  for (InstanceNumber number = 1; number <= scale.from; ++number)
    scenario.stored.push_back({.name = service.instance_name(number), .options = options});
  ScaleRequest wish{.service = service};
  wish.count = {.kind = Count::Kind::absolute, .number = scale.to};
  scenario.wishes = {wish};
  return scenario;
}

/// Runs a scenario and the same command again, checks every promise, and counts how runs ended.
class Sweep {
 public:
  RunOutcome run(const Scenario& scenario) {
    auto outcome = simulate(scenario, Repeat::always);
    ++runs_;
    ++endings_[std::string(to_string(outcome.report.status))];
    faults_ += outcome.faults;
    for (const auto& violation : outcome.violations)
      FAIL_CHECK(violation);
    return outcome;
  }

  void print(const char* what) const {
    const auto took = std::chrono::steady_clock::now() - began_;
    fmt::print("{}: {} runs, {} faults:", what, runs_, faults_);
    for (const auto& [status, count] : endings_)
      fmt::print(" {} {}", count, status);
    fmt::print("; {:.1f} s\n", std::chrono::duration<double>(took).count());
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  int runs_ = 0;
  std::size_t faults_ = 0;
  std::map<std::string, int> endings_;
};

}  // namespace

TEST_CASE("One fault in passing, at any request of a scale, is outlasted") {
  Sweep sweep;
  for (const auto& scale : scales) {
    INFO(scale.name);
    const auto undisturbed = sweep.run(undisturbed_scenario(scale));
    REQUIRE(undisturbed.report.status == ScaleStatus::converged);
    for (std::size_t turn = 1; turn <= undisturbed.requests.size(); turn += sweep_stride) {
      for (const auto* kind : {"refused",
                               "reset",
                               "reset-after",
                               "status=500",
                               "status=502,html",
                               "unavailable-for=20",
                               "delay=60000",
                               "cut",
                               "garbage"}) {
        const auto fault = fmt::format("*:*:{}:{}", turn, kind);
        INFO(fault);
        auto scenario = undisturbed_scenario(scale);
        scenario.faults = {*parse_fault(fault)};
        const auto outcome = sweep.run(scenario);
        CHECK(outcome.faults > 0);
        CHECK(outcome.report.status == ScaleStatus::converged);
      }
    }
  }
  sweep.print("one fault in passing");
}

TEST_CASE("A lasting fault, from any request of a scale on, is told truly") {
  Sweep sweep;
  for (const auto& scale : scales) {
    INFO(scale.name);
    const auto requests = sweep.run(undisturbed_scenario(scale)).requests.size();
    for (std::size_t turn = 1; turn <= requests; turn += sweep_stride) {
      for (const auto* kind :
           {"refused", "reset-after", "status=500", "redirect", "status=200,html", "cut"}) {
        const auto fault =
            turn == 1 ? fmt::format("*:*:*:{}", kind) : fmt::format("*:*:>{}:{}", turn - 1, kind);
        INFO(fault);
        auto scenario = undisturbed_scenario(scale);
        scenario.faults = {*parse_fault(fault)};
        const auto outcome = sweep.run(scenario);
        // The last request of all may be one for the words of the answer alone.
        if (turn < requests) CHECK(outcome.report.status == ScaleStatus::failed);
      }
    }
  }
  sweep.print("a lasting fault");
}

TEST_CASE("Random faults of any kind never make a scale do or say what isn't so") {
  for (const int percent : {5, 20, 50}) {
    Sweep sweep;
    for (const auto& scale : scales) {
      for (std::uint64_t seed = 1; seed <= 100; seed += sweep_stride) {
        INFO(scale.name << ", faults at " << percent << " %, seed " << seed);
        auto scenario = undisturbed_scenario(scale);
        scenario.seed = seed;
        scenario.fault_percent = percent;
        sweep.run(scenario);
      }
    }
    sweep.print(fmt::format("faults at {} %", percent).c_str());
  }
}
