#include <chrono>
#include <map>
#include <string>

#include <fmt/format.h>

#include "simulation/seeds.hpp"
#include "simulation/simulated_run.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

struct Totals {
  std::map<std::string, int> statuses;
  std::size_t requests = 0;
  std::size_t faults = 0;
  int failed = 0;
};

void show_failure(const Scenario& scenario, const RunOutcome& outcome, bool in_full) {
  fmt::print("{}", describe(scenario));
  for (const auto& violation : outcome.violations)
    fmt::print("  BROKEN: {}\n", violation);
  if (in_full) {
    for (const auto& request : outcome.requests) {
      fmt::print("  {:.3f} {} {} {}\n",
                 std::chrono::duration<double>(request.started.time_since_epoch()).count(),
                 request.method,
                 request.target,
                 request.body);
    }
  }
  fmt::print("  replay: SCALE_FLEET_SIMULATION_SEEDS={} {} '[seeds]'\n",
             scenario.seed,
             SCALE_FLEET_SIMULATION_PROGRAM);
}

/// Runs the seeds, or as many as hold while no more than a few break a promise.
Totals run_seeds(Seeds seeds) {
  constexpr int enough_failures = 5;
  Totals totals;
  const auto began = std::chrono::steady_clock::now();
  auto seed = seeds.first;
  for (; seed <= seeds.last && totals.failed < enough_failures; ++seed) {
    const auto scenario = scenario_of(seed);
    const auto outcome = simulate(scenario, Repeat::seldom_after_success);
    ++totals.statuses[std::string(to_string(outcome.report.status))];
    totals.requests += outcome.requests.size();
    totals.faults += outcome.faults;
    if (outcome.violations.empty()) continue;
    ++totals.failed;
    show_failure(scenario, outcome, seeds.first == seeds.last);
  }
  const auto took = std::chrono::steady_clock::now() - began;
  fmt::print("{} runs, seeds {} to {}:", seed - seeds.first, seeds.first, seed - 1);
  for (const auto& [status, count] : totals.statuses)
    fmt::print(" {} {}", count, status);
  fmt::print("; {} requests, {} faults, {:.1f} s\n",
             totals.requests,
             totals.faults,
             std::chrono::duration<double>(took).count());
  return totals;
}

}  // namespace

TEST_CASE("Whatever befalls a scale, no promise is broken", "[.seeds]") {
  const auto totals = run_seeds(seeds_to_run({.first = 0, .last = 9'999}));
  CHECK(totals.failed == 0);
}
