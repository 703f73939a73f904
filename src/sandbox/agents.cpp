#include "sandbox/agents.hpp"

#include <algorithm>
#include <utility>

#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

/// Stopping it takes time.
bool has_process(const UnitRun& run) {
  return run.row.active == "active" || run.row.active == "activating" ||
         run.row.active == "reloading";
}

std::string unit_type(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

bool belongs_on(const UnitRecord& record, const std::string& machine, const MachineBoard& board) {
  if (record.desired_state == JobState::inactive) return false;
  // systemd refuses to load a unit without an instance name.
  if (is_template_name(record.name)) return false;
  if (!record.placement.global) return record.target == machine;
  const auto suiting = board.suiting(record.placement);
  return std::ranges::find(suiting, machine) != suiting.end();
}

}  // namespace

UnitRun* Agents::find(const std::string& unit, const std::string& machine) {
  const auto found = tables_.runs.find({unit, machine});
  return found == tables_.runs.end() ? nullptr : &found->second;
}

void Agents::erase(const std::string& unit, const std::string& machine) {
  tables_.runs.erase({unit, machine});
  tables_.listed_runs.reset();
  if (tables_.settings.publish_period > Duration::zero())
    tables_.push(tables_.settings.publish_period, ClusterEventKind::rows_lost, unit, {});
}

void Agents::lose_rows(const std::string& unit) {
  for (auto entry = tables_.runs.lower_bound({unit, {}});
       entry != tables_.runs.end() && entry->first.first == unit;
       ++entry) {
    entry->second.unpublished = true;
  }
  tables_.listed_runs.reset();
  tables_.push(tables_.settings.publish_period, ClusterEventKind::rows_back, unit, {});
}

void Agents::publish_rows(const std::string& unit) {
  for (auto entry = tables_.runs.lower_bound({unit, {}});
       entry != tables_.runs.end() && entry->first.first == unit;
       ++entry) {
    entry->second.unpublished = false;
  }
  tables_.listed_runs.reset();
}

void Agents::visit(const std::string& unit, const std::string& machine) {
  if (tables_.lost_machines.contains(machine) || !tables_.board.has(machine)) return;
  auto* run = find(unit, machine);
  if (run != nullptr && run->stopping) return;  // It comes back here when it has stopped.
  auto* record = tables_.readable(unit);
  if (record != nullptr && belongs_on(*record, machine, tables_.board)) {
    reconcile(*record, machine);
  } else if (run != nullptr && has_process(*run)) {
    stop(*run);
  } else if (run != nullptr) {
    erase(unit, machine);
  }
}

void Agents::reconcile(UnitRecord& record, const std::string& machine) {
  const bool launch = record.desired_state == JobState::launched;
  record.launched = launch;
  auto* run = find(record.name, machine);
  const bool is_new = run == nullptr;
  if (is_new) {
    run = &tables_.runs[{record.name, machine}];
    run->row = {.unit = record.name,
                .machine_id = machine,
                .load = "loaded",
                .active = "inactive",
                .sub = "dead",
                .hash = {}};
    tables_.listed_runs.reset();
  }
  if (run->row.hash != record.hash) {
    if (has_process(*run)) return stop(*run);
    run->row.hash = record.hash;
    run->life = life_of(record.options, unit_type(record.name), tables_.settings.start_delay);
    run->started = false;
  }
  if (launch && !run->started) return start(*run);
  if (!launch && has_process(*run)) return stop(*run);
  if (!launch) run->started = false;
}

void Agents::start(UnitRun& run) {
  run.started = true;
  run.phase = 0;
  enter_phase(run);
}

void Agents::enter_phase(UnitRun& run) {
  const auto& phase = run.life[run.phase];
  if (std::exchange(run.unpublished, false)) tables_.listed_runs.reset();
  run.row.active = phase.active;
  run.row.sub = phase.sub;
  if (!phase.lasts) return;
  run.serial =
      tables_.push(*phase.lasts, ClusterEventKind::phase_end, run.row.unit, run.row.machine_id);
}

void Agents::end_phase(const ClusterEvent& event) {
  auto* run = find(event.unit, event.machine);
  if (run == nullptr || run->serial != event.serial) return;
  if (tables_.lost_machines.contains(event.machine)) return;
  ++run->phase;
  enter_phase(*run);
}

void Agents::stop(UnitRun& run) {
  run.stopping = true;
  if (std::exchange(run.unpublished, false)) tables_.listed_runs.reset();
  run.row.active = "deactivating";
  run.row.sub = "stop-sigterm";
  run.serial = tables_.push(
      tables_.settings.stop_delay, ClusterEventKind::stop_end, run.row.unit, run.row.machine_id);
}

void Agents::end_stop(const ClusterEvent& event) {
  auto* run = find(event.unit, event.machine);
  if (run == nullptr || run->serial != event.serial) return;
  if (tables_.lost_machines.contains(event.machine)) return;
  run->stopping = false;
  run->started = false;
  run->row.active = "inactive";
  run->row.sub = "dead";
  visit(event.unit, event.machine);
}

void Agents::drop(const std::string& machine) {
  std::erase_if(tables_.runs, [&](const auto& entry) { return entry.first.second == machine; });
  tables_.listed_runs.reset();
}

void Agents::resume(const std::string& machine) {
  for (auto& [key, run] : tables_.runs) {
    if (key.second != machine) continue;
    tables_.tell_agent(key.first, machine);
    if (run.stopping) {
      stop(run);
    } else if (run.started && run.serial != 0) {
      enter_phase(run);
    }
  }
  for (const auto& [name, record] : tables_.units) {
    if (record.target == machine) tables_.tell_agent(name, machine);
  }
}

bool Agents::set_state(const std::string& unit, std::string_view active, std::string_view sub) {
  bool found = false;
  for (auto entry = tables_.runs.lower_bound({unit, {}});
       entry != tables_.runs.end() && entry->first.first == unit;
       ++entry) {
    auto& run = entry->second;
    if (run.stopping) continue;
    run.row.active = active;
    run.row.sub = sub;
    run.started = true;
    run.serial = 0;
    found = true;
  }
  return found;
}

}  // namespace scale_fleet
