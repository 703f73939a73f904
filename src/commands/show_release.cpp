#include <algorithm>

#include <fmt/format.h>

#include "commands/json_text.hpp"
#include "commands/report_json.hpp"
#include "commands/report_text.hpp"
#include "scale_fleet/commands/release_report.hpp"

namespace scale_fleet {
namespace {

/// All changes, in the order in which they were made or are to be made.
std::vector<const Change*> in_order(const ScaleReport& report) {
  std::vector<const Change*> changes;
  for (const auto& service : report.services) {
    for (const auto& change : service.changes)
      changes.push_back(&change);
  }
  std::ranges::stable_sort(changes, {}, [](const Change* change) { return change->turn; });
  return changes;
}

}  // namespace

std::string_view to_string(ReleaseResult result) {
  switch (result) {
    case ReleaseResult::unchanged:
      return "unchanged";
    case ReleaseResult::planned:
      return "planned";
    case ReleaseResult::released:
      return "released";
    case ReleaseResult::undone:
      return "undone";
    case ReleaseResult::stopped:
      return "stopped";
    case ReleaseResult::not_begun:
      return "not_begun";
  }
  return "";
}

std::string release_text(const ReleaseReport& report) {
  std::string text;
  const bool is_dry_run = report.result == ReleaseResult::planned;
  for (const auto* change : in_order(report.scale)) {
    if (is_dry_run) {
      text += fmt::format("{}. {}", change->turn, planned_line(*change));
    } else if (change->result == StepResult::done) {
      text += changed_line(*change);
    }
  }
  for (const auto& service : report.scale.services)
    text += count_line(service);
  return text;
}

std::string release_json(const ReleaseReport& report) {
  auto document = report_json(report.scale);
  for (std::size_t i = 0; i < report.scale.services.size(); ++i) {
    const auto& changes = report.scale.services[i].changes;
    for (std::size_t j = 0; j < changes.size(); ++j)
      document["services"][i]["changes"][j]["step"] = changes[j].turn;
  }
  document["release"] = {
      {"result", to_string(report.result)}, {"onward", report.onward}, {"back", report.back}};
  return document_text(document);
}

}  // namespace scale_fleet
