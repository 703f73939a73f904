#include <fmt/format.h>

#include "commands/json_text.hpp"
#include "scale_fleet/commands/nodes_report.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::string count_words(const std::optional<InstanceCount>& count) {
  return count ? std::to_string(*count) : std::string("unknown");
}

std::string node_line(const NodeChange& change) {
  const auto id = printable(change.id);
  const bool launches = change.action == NodeChange::Action::launch;
  switch (change.result) {
    case StepResult::done:
      return fmt::format("Machine {} {}\n", id, launches ? "launched" : "terminated");
    case StepResult::planned:
      if (launches) return "launch a machine\n";
      return fmt::format("terminate {}: {}\n", id, change.reason);
    case StepResult::failed:
    case StepResult::skipped:
      break;
  }
  return {};
}

std::string short_id(const std::string& machine_id) {
  return printable(shortened(machine_id, 8)) + "...";
}

std::string moved_line(const MovedUnit& moved) {
  if (moved.result != StepResult::done) return {};
  return fmt::format("Unit {} moved from {} to {}\n",
                     moved.unit,
                     moved.from.empty() ? "no machine" : short_id(moved.from),
                     moved.to.empty() ? "no machine" : short_id(moved.to));
}

Json node_json(const NodeChange& change) {
  return {{"id", change.id},
          {"machine", change.machine_id},
          {"action", to_string(change.action)},
          {"result", to_string(change.result)}};
}

}  // namespace

std::string_view to_string(NodeChange::Action action) {
  return action == NodeChange::Action::launch ? "launch" : "terminate";
}

std::string nodes_text(const NodesReport& report) {
  std::string text;
  for (const auto& moved : report.moved)
    text += moved_line(moved);
  for (const auto& change : report.machines)
    text += node_line(change);
  if (!report.before) return text;
  const bool is_plan = report.status == ScaleStatus::planned;
  return text + fmt::format("{}: {} -> {}{}\n",
                            printable(report.group),
                            count_words(report.before),
                            count_words(is_plan ? report.desired : report.after),
                            is_plan ? " (planned)" : "");
}

std::string nodes_json(const NodesReport& report) {
  Json machines = Json::array();
  for (const auto& change : report.machines)
    machines.push_back(node_json(change));
  Json moved = Json::array();
  for (const auto& each : report.moved)
    moved.push_back({{"unit", each.unit},
                     {"from", each.from},
                     {"to", each.to},
                     {"result", to_string(each.result)}});
  Json group = {{"group", report.group},
                {"desired", or_null(report.desired)},
                {"before", or_null(report.before)},
                {"after", or_null(report.after)},
                {"status", to_string(report.status)},
                {"machines", std::move(machines)},
                {"moved", std::move(moved)}};
  if (!report.notices.empty()) group["notices"] = report.notices;
  return document_text({{"status", to_string(report.status)},
                        {"nodes", Json::array({std::move(group)})},
                        {"error", error_json(report.error)}});
}

}  // namespace scale_fleet
