#include "scale_fleet/commands/show_scale.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "commands/report_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

std::string count_text(const std::optional<InstanceCount>& count) {
  return count ? std::to_string(*count) : std::string("unknown");
}

bool is_dry_run(const ServiceReport& service) {
  return service.status == ScaleStatus::planned;
}

}  // namespace

std::string changed_line(const Change& change) {
  const auto& unit = change.step.unit;
  if (change.step.action == Action::destroy) return fmt::format("Destroyed {}\n", unit);
  const bool is_inactive = is_template_name(unit) || change.step.only_submits;
  if (is_inactive) return fmt::format("Unit {} inactive\n", unit);
  if (!change.current_state) return fmt::format("Triggered unit {} start\n", unit);
  const auto where = change.location.empty() ? std::string() : " on " + change.location;
  return fmt::format("Unit {} {}{}\n", unit, to_string(*change.current_state), where);
}

std::string planned_line(const Change& change) {
  return fmt::format(
      "{} {}: {}\n", to_string(change.step.action), change.step.unit, change.step.reason);
}

std::string count_line(const ServiceReport& service) {
  if (!service.before) return {};  // Never looked at: there is nothing to say of it here.
  const auto& after = is_dry_run(service) && !service.error ? service.desired : service.after;
  return fmt::format("{}: {} -> {}{}\n",
                     service.service,
                     count_text(service.before),
                     count_text(after),
                     is_dry_run(service) ? " (planned)" : "");
}

namespace {

/// Whether the change submitted a unit that was launched then, which tells more.
bool is_told_by_launch(const ServiceReport& service, const Change& change) {
  if (!change.step.only_submits) return false;
  return std::ranges::any_of(service.changes, [&](const Change& other) {
    return other.step.action == Action::launch && other.step.unit == change.step.unit &&
           other.result == StepResult::done;
  });
}

std::string change_text(const ServiceReport& service, const Change& change) {
  if (is_told_by_launch(service, change)) return {};
  if (change.result == StepResult::done) return changed_line(change);
  const bool is_plan = is_dry_run(service) && change.result == StepResult::planned;
  return is_plan ? planned_line(change) : std::string();
}

/// Of a service and its sidekicks: the changes in the order in which they begin, then the counts.
std::string group_text(std::span<const ServiceReport* const> services) {
  std::vector<std::pair<std::size_t, std::string>> lines;
  std::string sums;
  for (const auto* service : services) {
    for (const auto& change : service->changes)
      lines.emplace_back(change.turn, change_text(*service, change));
    for (const auto& unit : service->other_text)
      sums += fmt::format("Unit {} has another text than its template, and keeps it\n", unit);
    sums += count_line(*service);
  }
  std::ranges::stable_sort(lines, {}, &std::pair<std::size_t, std::string>::first);
  std::string text;
  for (const auto& line : lines)
    text += line.second;
  return text + sums;
}

}  // namespace

std::string scale_text(const ScaleReport& report) {
  std::string text;
  std::vector<const ServiceReport*> group;
  for (const auto& service : report.services) {
    if (!service.is_sidekick) {
      text += group_text(group);
      group.clear();
    }
    // Of wishes that weren't begun because another can't be met there is nothing to answer.
    if (!report.error || service.status != ScaleStatus::planned) group.push_back(&service);
  }
  return text + group_text(group);
}

std::vector<std::string> scale_errors(const ScaleReport& report) {
  std::vector<std::string> errors;
  const auto add = [&](const std::optional<Error>& error) {
    if (error && std::ranges::find(errors, error->message) == errors.end()) {
      errors.push_back(error->message);
    }
  };
  for (const auto& service : report.services) {
    add(service.error);
    for (const auto& change : service.changes)
      add(change.error);
  }
  add(report.error);
  return errors;
}

}  // namespace scale_fleet
