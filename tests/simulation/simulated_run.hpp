#pragma once

#include <map>
#include <string>
#include <vector>

#include "scale_fleet/core/scale_report.hpp"
#include "simulation/scenario.hpp"
#include "simulation/witness.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// How one run of the command went.
struct RunOutcome {
  ScaleReport report;
  std::vector<std::string> violations;
  std::vector<SeenRequest> requests;
  std::size_t faults = 0;
};

/// A scenario's cluster, and the program run on it: each run is a new process, with new connections
/// and without memory. Nothing is real: no network, no time, no thread.
class Simulation {
 public:
  explicit Simulation(Scenario scenario);

  /// The command in the scenario's world; every promise is checked while it runs and at its end.
  RunOutcome run();

  /// What a person does then: the same command again, in a world where nothing more goes wrong. It
  /// must reach what the first was asked for, or say why that can't be.
  RunOutcome run_again(const ScaleReport& first);

  const SandboxCluster& cluster() const { return sandbox_.cluster; }

 private:
  RunOutcome run_command(const Scenario& scenario);
  void befall(const Scenario& scenario, TimePoint begun, std::size_t& meddled);
  void meddle(const Meddling& meddling);
  bool can_reach(const ServiceTruth& truth) const;
  bool is_sure_to_succeed() const;

  Scenario scenario_;
  SandboxWorld sandbox_;
  /// What each foreign unit has to be like at the end.
  std::map<std::string, Unit> strangers_;
};

/// After which first runs the same command is run again.
enum class Repeat {
  always,
  /// After a success there is hardly anything to do again: then only for one seed of eight.
  seldom_after_success,
};

/// Runs a scenario and the same command again. What the first run reported, and every broken
/// promise of both.
RunOutcome simulate(const Scenario& scenario, Repeat repeat);

}  // namespace scale_fleet
