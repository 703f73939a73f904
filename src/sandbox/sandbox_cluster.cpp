#include "scale_fleet/sandbox/sandbox_cluster.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sandbox/agents.hpp"
#include "sandbox/cluster_tables.hpp"
#include "sandbox/cluster_view.hpp"
#include "sandbox/engine.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {

class SandboxCluster::World {
 public:
  World(SandboxSettings settings, TimePoint start) {
    tables.settings = std::move(settings);
    tables.now = start;
    for (const auto& machine : tables.settings.machines)
      join(machine);
  }

  /// The machine is there, or says something else of itself.
  void join(const Machine& machine) {
    own_metadata[machine.id] = machine.metadata;
    show_metadata(machine);
  }

  /// What was set goes before what the machine says of itself; an empty value hides a key
  /// (registry/machine.go:122-140).
  void show_metadata(Machine machine) {
    machine.metadata = own_metadata[machine.id];
    for (const auto& [key, value] : set_metadata[machine.id]) {
      machine.metadata.erase(key);
      if (!value.empty()) machine.metadata[key] = value;
    }
    tables.board.add(machine);
  }

  ClusterTables tables;
  Engine engine{tables};
  Agents agents{tables};
  // By machine, whether or not it is there.
  std::map<std::string, std::map<std::string, std::string>> own_metadata;
  std::map<std::string, std::map<std::string, std::string>> set_metadata;

  void happen(const ClusterEvent& event) {
    switch (event.kind) {
      case ClusterEventKind::engine_pass:
        return engine.pass();
      case ClusterEventKind::agent_visit:
        return agents.visit(event.unit, event.machine);
      case ClusterEventKind::phase_end:
        return agents.end_phase(event);
      case ClusterEventKind::stop_end:
        return agents.end_stop(event);
      case ClusterEventKind::rows_lost:
        return agents.lose_rows(event.unit);
      case ClusterEventKind::rows_back:
        return agents.publish_rows(event.unit);
      case ClusterEventKind::machine_end:
        return end_machine(event);
    }
  }

  /// The machines that run `record` hear of a change to it.
  void tell_agents(const UnitRecord& record) {
    if (is_hidden(record.name)) return;
    if (!record.target.empty()) tables.tell_agent(record.name, record.target);
    if (!tables.globals.contains(record.name)) return;
    for (const auto& machine : tables.board.machines())
      tables.tell_agent(record.name, machine.id);
  }

  /// `record` changed in what it says, though not in where it may go.
  void touched(const UnitRecord& record) {
    tell_agents(record);
    engine.consider(record.name);
  }

  void end_machine(const ClusterEvent& event) {
    const auto lost = tables.lost_machines.find(event.machine);
    if (lost == tables.lost_machines.end() || lost->second != event.serial) return;
    tables.lost_machines.erase(lost);
    const auto& id = event.machine;
    agents.drop(id);
    for (const auto& name : tables.board.remove(id)) {
      auto& record = tables.units.find(name)->second;
      record.target.clear();
      record.launched = false;
      engine.consider(name);
    }
  }
};

SandboxCluster::SandboxCluster(SandboxSettings settings, TimePoint start)
    : world_(std::make_unique<World>(std::move(settings), start)) {}

SandboxCluster::SandboxCluster(SandboxCluster&&) noexcept = default;
SandboxCluster& SandboxCluster::operator=(SandboxCluster&&) noexcept = default;
SandboxCluster::~SandboxCluster() = default;

const SandboxSettings& SandboxCluster::settings() const {
  return world_->tables.settings;
}

TimePoint SandboxCluster::now() const {
  return world_->tables.now;
}

void SandboxCluster::advance_to(TimePoint now) {
  auto& tables = world_->tables;
  while (!tables.events.empty() && tables.events.top().at <= now) {
    const auto event = tables.events.top();
    tables.events.pop();
    tables.now = std::max(tables.now, event.at);
    world_->happen(event);
  }
  tables.now = std::max(tables.now, now);
}

std::optional<TimePoint> SandboxCluster::next_event() const {
  const auto& events = world_->tables.events;
  return events.empty() ? std::nullopt : std::optional(events.top().at);
}

RecordCondition SandboxCluster::condition(std::string_view unit) const {
  const auto& units = world_->tables.units;
  const auto found = units.find(unit);
  if (found == units.end()) return RecordCondition::missing;
  return found->second.broken ? RecordCondition::broken : RecordCondition::whole;
}

std::optional<Unit> SandboxCluster::unit(std::string_view name) const {
  const auto* record = world_->tables.readable(name);
  if (record == nullptr) return std::nullopt;
  return show_unit(world_->tables, *record);
}

Slice<Unit> SandboxCluster::units(SliceRange range) const {
  return show_units(world_->tables, range);
}

Slice<UnitState> SandboxCluster::states(const StateFilter& filter, SliceRange range) const {
  return show_states(world_->tables, filter, range);
}

bool SandboxCluster::is_active(const std::string& unit) const {
  const auto* record = world_->tables.readable(unit);
  if (record == nullptr) return false;
  const auto run = world_->tables.runs.find({unit, record->target});
  return run != world_->tables.runs.end() && run->second.row.active == "active";
}

std::vector<Machine> SandboxCluster::machines() const {
  return world_->tables.board.machines();
}

void SandboxCluster::put_unit(const std::string& name,
                              UnitOptions options,
                              JobState desired_state) {
  auto& tables = world_->tables;
  const auto [found, is_new] = tables.units.try_emplace(name);
  auto& record = found->second;
  if (is_new || record.broken) tables.listed_units.reset();
  world_->engine.release(record);
  const bool was_global = tables.globals.contains(name);
  record.name = name;
  record.hash = unit_hash(options);
  record.placement = read_placement(options, name);
  record.options = std::move(options);
  record.desired_state = desired_state;
  record.broken = false;
  if (record.placement.global && !is_hidden(name)) tables.globals.insert(name);
  world_->engine.adopt(record);
  world_->touched(record);
  if (was_global && !record.placement.global) tables.globals.erase(name);
}

bool SandboxCluster::set_desired_state(const std::string& name, JobState desired_state) {
  const auto found = world_->tables.units.find(name);
  if (found == world_->tables.units.end()) return false;
  found->second.desired_state = desired_state;
  world_->touched(found->second);
  return true;
}

bool SandboxCluster::delete_unit(const std::string& name) {
  auto& tables = world_->tables;
  const auto found = tables.units.find(name);
  if (found == tables.units.end()) return false;
  if (tables.globals.contains(name)) world_->tell_agents(found->second);
  tables.globals.erase(name);
  world_->engine.release(found->second);
  tables.units.erase(found);
  tables.listed_units.reset();
  return true;
}

void SandboxCluster::set_machine_metadata(const std::string& id,
                                          const std::string& key,
                                          std::string value) {
  auto& tables = world_->tables;
  world_->set_metadata[id][key] = std::move(value);
  const auto machines = tables.board.machines();
  const auto found = std::ranges::find(machines, id, &Machine::id);
  if (found == machines.end()) return;
  world_->show_metadata(*found);
  for (const auto& unit : tables.board.units_on(id))
    world_->engine.consider(unit);
  for (const auto& unit : tables.globals)
    tables.tell_agent(unit, id);
  world_->engine.consider_waiting();
}

bool SandboxCluster::break_unit(const std::string& name) {
  auto& tables = world_->tables;
  const auto found = tables.units.find(name);
  if (found == tables.units.end()) return false;
  world_->tell_agents(found->second);
  world_->engine.release(found->second);
  found->second.target.clear();
  found->second.broken = true;
  tables.listed_units.reset();
  return true;
}

bool SandboxCluster::forget_desired_state(const std::string& name) {
  const auto found = world_->tables.units.find(name);
  if (found == world_->tables.units.end()) return false;
  found->second.desired_state.reset();
  world_->touched(found->second);
  return true;
}

bool SandboxCluster::set_systemd_state(const std::string& unit,
                                       std::string_view active,
                                       std::string_view sub) {
  return world_->agents.set_state(unit, active, sub);
}

void SandboxCluster::add_machine(const Machine& machine) {
  auto& tables = world_->tables;
  const bool is_back = tables.lost_machines.erase(machine.id) > 0;
  world_->join(machine);
  if (is_back) world_->agents.resume(machine.id);
  for (const auto& name : tables.globals)
    tables.tell_agent(name, machine.id);
  world_->engine.consider_waiting();
}

bool SandboxCluster::lose_machine(const std::string& id) {
  auto& tables = world_->tables;
  if (!tables.board.has(id) || tables.lost_machines.contains(id)) return false;
  tables.lost_machines[id] =
      tables.push(tables.settings.machine_ttl, ClusterEventKind::machine_end, {}, id);
  return true;
}

}  // namespace scale_fleet
