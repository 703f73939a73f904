#include "scale_fleet/core/service_status.hpp"

#include <algorithm>
#include <map>

#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

std::string address_of(const std::string& machine_id, const std::vector<Machine>& machines) {
  const auto found = std::ranges::find(machines, machine_id, &Machine::id);
  return found == machines.end() ? std::string() : found->primary_ip;
}

InstanceStatus status_of(const Instance& instance, const std::optional<Unit>& template_unit) {
  InstanceStatus status{.unit = instance.unit.name,
                        .number = instance.number,
                        .desired_state = instance.unit.desired_state,
                        .current_state = instance.unit.current_state,
                        .machine_id = instance.unit.machine_id};
  if (template_unit) status.drift = !is_same_text(instance.unit.options, template_unit->options);
  if (instance.state) {
    status.load = instance.state->load;
    status.active = instance.state->active;
    status.sub = instance.state->sub;
  }
  return status;
}

void add_kept(const std::vector<Unit>& units, ServiceStatus& status) {
  const auto former_name = former_unit_name(status.service);
  const auto mark_name = mark_unit_name(status.service);
  for (const auto& unit : units) {
    if (unit.name == former_name && read_former(unit)) {
      status.former_unit = unit.name;
    } else if (unit.name == mark_name) {
      if (auto mark = read_mark(unit)) status.release = std::move(*mark);
    }
  }
}

}  // namespace

ServiceStatus status_of(const Service& service, const ClusterLook& look) {
  const auto snapshot = snapshot_of(service, look.units, look.states);
  ServiceStatus status{.service = service, .left_alone = snapshot.left_alone};
  status.template_exists = snapshot.template_unit.has_value();
  status.template_is_global = snapshot.template_unit && is_global(snapshot.template_unit->options);
  for (const auto& instance : snapshot.instances) {
    status.instances.push_back(status_of(instance, snapshot.template_unit));
    status.instances.back().ip = address_of(instance.unit.machine_id, look.machines);
  }
  add_kept(look.units, status);
  return status;
}

std::vector<Service> services_in(std::span<const Unit> units) {
  std::map<std::string, Service> by_name;
  for (const auto& unit : units) {
    if (kept_for(unit)) continue;
    if (is_template_name(unit.name)) {
      if (auto service = Service::parse(unit.name)) by_name.emplace(unit.name, std::move(*service));
    } else if (auto service = service_of(unit.name)) {
      by_name.emplace(service->template_name(), std::move(*service));
    }
  }
  std::vector<Service> services;
  for (auto& [name, service] : by_name)
    services.push_back(std::move(service));
  return services;
}

}  // namespace scale_fleet
