#include "scale_fleet/commands/show_scale.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/report_text.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

std::string count_text(const std::optional<InstanceCount>& count) {
  return count ? std::to_string(*count) : std::string("unknown");
}

}  // namespace

std::string changed_line(const Change& change) {
  const auto& unit = change.step.unit;
  if (change.step.action == Action::destroy) return fmt::format("Destroyed {}\n", unit);
  if (is_template_name(unit)) return fmt::format("Unit {} inactive\n", unit);
  if (!change.current_state) return fmt::format("Triggered unit {} start\n", unit);
  const auto where = change.location.empty() ? std::string() : " on " + change.location;
  return fmt::format("Unit {} {}{}\n", unit, to_string(*change.current_state), where);
}

std::string planned_line(const Change& change) {
  return fmt::format(
      "{} {}: {}\n", to_string(change.step.action), change.step.unit, change.step.reason);
}

std::string count_line(const ServiceReport& service, bool is_dry_run) {
  if (!service.before) return {};
  const auto& after = is_dry_run && !service.error ? service.desired : service.after;
  return fmt::format("{}: {} -> {}{}\n",
                     service.service,
                     count_text(service.before),
                     count_text(after),
                     is_dry_run ? " (planned)" : "");
}

namespace {

std::string service_text(const ServiceReport& service) {
  std::string text;
  const bool is_dry_run = service.status == ScaleStatus::planned;
  for (const auto& change : service.changes) {
    if (is_dry_run && change.result == StepResult::planned) {
      text += planned_line(change);
    } else if (change.result == StepResult::done) {
      text += changed_line(change);
    }
  }
  return text + count_line(service, is_dry_run);
}

}  // namespace

std::string scale_text(const ScaleReport& report) {
  std::string text;
  for (const auto& service : report.services) {
    // Of wishes that weren't begun because another can't be met there is nothing to answer.
    if (!report.error || service.status != ScaleStatus::planned) text += service_text(service);
  }
  return text;
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
