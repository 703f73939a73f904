#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/move_report.hpp"

namespace scale_fleet {

/// A machine that came or went, or is to.
struct NodeChange {
  enum class Action { launch, terminate };

  std::string id;          ///< In the cloud's words; empty of one that has none yet.
  std::string machine_id;  ///< In Fleet; empty where it isn't known there.
  Action action = Action::launch;
  StepResult result = StepResult::planned;
  std::string reason;  ///< Of one that goes.

  bool operator==(const NodeChange&) const = default;
};

std::string_view to_string(NodeChange::Action action);

/// What became of the wish for a count of machines.
struct NodesReport {
  std::string group;
  std::optional<InstanceCount> desired;  ///< Empty where a relative wish never met its group.
  std::optional<InstanceCount> before;
  std::optional<InstanceCount> after;
  ScaleStatus status = ScaleStatus::unchanged;
  std::vector<NodeChange> machines;
  std::vector<MovedUnit> moved;  ///< By drains, or to machines that came.
  std::vector<std::string> notices;
  std::optional<Error> error;
};

/// The answer for people: a line for each machine and unit, then `workers: 2 -> 3`.
std::string nodes_text(const NodesReport& report);

/// The answer for programs: one document.
std::string nodes_json(const NodesReport& report);

}  // namespace scale_fleet
