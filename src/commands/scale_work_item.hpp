#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/observe.hpp"
#include "scale_fleet/commands/waiter.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// How a look at a service becomes its plan.
struct Planning {
  std::function<Result<ScalePlan>(const ServiceSnapshot&)> plan;
  NeedsStates needs_states;
};

/// One service on its way through a scale: what was seen and planned, and the report as it grows.
struct ScaleWorkItem {
  explicit ScaleWorkItem(Service its_service);

  /// Observes and plans; the report then has `before`, `desired` and the planned changes, or an
  /// error.
  void look_and_plan(FleetApi& fleet, const Planning& planning);

  /// What the cluster should look like after every change that was done.
  Goal goal(bool running) const;
  /// The same, only as to the units that were changed: for the wait between two batches.
  Goal goal_so_far() const;

  bool has_failed_change() const;
  bool has_skipped_change() const;
  /// Nothing of this service is begun, because another wish of the same command can't be met.
  void skip_all();
  void skip_unbegun();
  /// Fills in how it ended. `machines` may be empty where they could not be read.
  void conclude(const WaitEnd& end, bool no_block, const std::vector<Machine>& machines);
  void conclude_interrupted();
  void conclude_failed(const Error& error);

  Service service;
  std::optional<ScalePlan> plan;
  ServiceReport report;
  /// The words behind `scale-fleet` that go on with what was interrupted.
  std::string go_on;
  /// Why changes were left out, where that lies with another service.
  std::optional<Error> held_back;
  bool has_ended = false;

 private:
  /// Plans to destroy the mark of a release that was broken off: its count would else be taken for
  /// the wish once more.
  Outcome end_broken_off_release(FleetApi& fleet);
  void set_status(const WaitEnd& end, bool no_block);
};

}  // namespace scale_fleet
