#pragma once

#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

class ScaleGroup;
struct WaitEnd;

/// Brings services to the counts asked for, and their sidekicks with them: observe, plan, apply,
/// wait, report. Every service is observed and planned before any is changed (where one can't be,
/// none is, unless each is for itself); then a service that fails keeps nobody but its sidekicks,
/// and they it: a main instance that isn't created gets no sidekick, and one whose sidekick can't
/// be destroyed stays.
class ScaleCommand {
 public:
  ScaleCommand(World world, ScaleOptions options) : world_(world), options_(options) {}

  /// What was asked, what was done, and how it ended; never throws for what Fleet does. Sidekicks
  /// that are to be found must have been (find_sidekicks); throws std::invalid_argument otherwise.
  ScaleReport run(const std::vector<ScaleRequest>& requests);

 private:
  std::optional<Error> prepare(std::vector<ScaleGroup>& groups);
  void change(std::vector<ScaleGroup>& groups);
  void apply_in_batches(ScaleGroup& group);
  std::vector<Machine> machines_for(const std::vector<WaitEnd>& ends);

  World world_;
  ScaleOptions options_;
};

}  // namespace scale_fleet
