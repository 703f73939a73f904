#include "commands/release_log.hpp"

#include <algorithm>

#include "commands/explain.hpp"
#include "scale_fleet/core/release_record.hpp"

namespace scale_fleet {

std::vector<Change> ReleaseLog::planned(const std::vector<Step>& steps) const {
  std::vector<Change> changes;
  for (const auto& step : steps)
    changes.push_back({.step = step, .location = {}, .turn = step_});
  return changes;
}

void ReleaseLog::add(const std::vector<Change>& changes) {
  changes_.insert(changes_.end(), changes.begin(), changes.end());
}

void ReleaseLog::locate(const ServiceSnapshot& look, const std::vector<Machine>& machines) {
  for (const auto& instance : look.instances) {
    Change* last = nullptr;
    for (auto& change : changes_) {
      if (change.turn <= awaited_ || change.step.unit != instance.unit.name) continue;
      if (last == nullptr || last->turn < change.turn) last = &change;
    }
    if (last == nullptr) continue;
    last->current_state = instance.unit.current_state.value_or(JobState::inactive);
    last->location = location_of(instance.unit.machine_id, machines);
  }
}

std::size_t ReleaseLog::service_of(const std::string& unit) const {
  const auto owner = kept_for(unit);
  const auto is_owner = [&](const Service& service) {
    return owner == service || unit == service.template_name() || instance_number(service, unit);
  };
  const auto found = std::ranges::find_if(services_, is_owner);
  return found == services_.end() ? 0 : static_cast<std::size_t>(found - services_.begin());
}

bool ReleaseLog::has_done(const std::vector<Step>& steps) const {
  if (steps.size() > changes_.size()) return false;
  return std::ranges::all_of(
      changes_.end() - static_cast<std::ptrdiff_t>(steps.size()),
      changes_.end(),
      [](const Change& change) { return change.result == StepResult::done; });
}

bool ReleaseLog::has_changed_anything() const {
  return std::ranges::any_of(changes_, [](const Change& change) {
    return change.result == StepResult::done || change.result == StepResult::failed;
  });
}

}  // namespace scale_fleet
