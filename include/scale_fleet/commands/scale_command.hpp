#pragma once

#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/scale_report.hpp"

namespace scale_fleet {

struct ScaleWorkItem;
struct WaitEnd;

/// Brings services to the counts asked for: observe, plan, apply, wait, report. Every service is
/// observed and planned before any is changed; then a service that fails doesn't keep the others.
class ScaleCommand {
 public:
  ScaleCommand(World world, ScaleOptions options) : world_(world), options_(options) {}

  /// What was asked, what was done, and how it ended; never throws for what Fleet does.
  ScaleReport run(const std::vector<ScaleRequest>& requests);

 private:
  std::optional<Error> prepare(std::vector<ScaleWorkItem>& items);
  void change(std::vector<ScaleWorkItem>& items);
  void apply_in_batches(ScaleWorkItem& item);
  std::vector<Machine> machines_for(const std::vector<WaitEnd>& ends);

  World world_;
  ScaleOptions options_;
};

}  // namespace scale_fleet
