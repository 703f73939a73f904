#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/scale_report.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// What shall be done to one service, and why.
struct ActionOrder {
  DeclaredService service;
  ScaleRequest request;
  Decision decision;
  InstanceCount before = 0;
  /// Instances whose text isn't the template's are released anew, once the count is right.
  bool replaces_text = false;
  /// Nothing but this: its instances are spread anew over the machines.
  bool reschedules = false;
};

/// How it ended. The report is the service's, then its sidekicks'.
struct ActionEnd {
  ActionOrder order;
  ScaleReport report;
  /// On the clock of whoever carried it out; it may have been taken notice of much later.
  TimePoint ended{};
  Millis took{0};
};

/// Carries an order out in `world`: ends when Fleet has accepted everything, for the daemon itself
/// sees whether instances become well; a release, which goes step by step, when it has ended.
ScaleReport carry_out(World world, const ActionOrder& order);

/// Carries out orders, each beside the others, so that a slow service delays nobody. Implemented
/// with a thread for each; in tests one after the other. Used on one thread.
class ActionRunner {
 public:
  ActionRunner() = default;
  ActionRunner(const ActionRunner&) = delete;
  ActionRunner& operator=(const ActionRunner&) = delete;
  virtual ~ActionRunner() = default;

  /// Never while one of the same service runs.
  virtual void start(ActionOrder order) = 0;
  /// Those that have ended since the last call.
  virtual std::vector<ActionEnd> take_ended() = 0;
  /// Begins nothing more of the one of this service, if one runs: ends what is in flight.
  virtual void interrupt(const std::string& service) = 0;
  /// Begins nothing more of those that run: ends what is in flight, and waits for it.
  virtual void stop() = 0;
};

}  // namespace scale_fleet
