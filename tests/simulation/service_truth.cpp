#include "simulation/service_truth.hpp"

#include <algorithm>
#include <tuple>

namespace scale_fleet {
namespace {

constexpr SliceRange everything{.first = 0, .count = 100'000};

InstanceCount desired_of(const ScaleRequest& wish, InstanceCount before) {
  const auto number = wish.count.number;
  InstanceCount desired = number;
  if (wish.count.kind == Count::Kind::more) desired = before + number;
  if (wish.count.kind == Count::Kind::fewer) desired = before > number ? before - number : 0;
  if (wish.bounds.max) desired = std::min(desired, *wish.bounds.max);
  if (wish.bounds.min) desired = std::max(desired, *wish.bounds.min);
  return desired;
}

/// Failed, unscheduled and stopped ones go first.
int usefulness(const SandboxCluster& cluster, const Unit& unit) {
  const auto rows = cluster.states({.unit = unit.name, .machine_id = {}}, everything).items;
  if (std::ranges::any_of(rows, [](const UnitState& row) { return row.active == "failed"; }))
    return 0;
  if (unit.desired_state != JobState::launched) return 2;
  return unit.machine_id.empty() ? 1 : 3;
}

}  // namespace

std::map<std::string, Unit> all_units(const SandboxCluster& cluster) {
  std::map<std::string, Unit> units;
  for (auto& unit : cluster.units(everything).items)
    units.emplace(unit.name, std::move(unit));
  return units;
}

InstanceCount count_in(const SandboxCluster& cluster, const Service& service) {
  const auto units = cluster.units(everything).items;
  return static_cast<InstanceCount>(std::ranges::count_if(
      units, [&](const Unit& unit) { return instance_number(service, unit.name).has_value(); }));
}

bool has_process(const SandboxCluster& cluster, const std::string& unit) {
  const auto rows = cluster.states({.unit = unit, .machine_id = {}}, everything).items;
  return std::ranges::any_of(rows, [](const UnitState& row) {
    return row.active != "inactive" && row.active != "failed";
  });
}

ServiceTruth truth_of(const SandboxCluster& cluster, const ScaleRequest& wish) {
  ServiceTruth truth{.service = wish.service,
                     .instances = {},
                     .template_options = {},
                     .options = {},
                     .to_create = {},
                     .to_destroy = {},
                     .to_launch = {}};
  for (const auto& [name, unit] : all_units(cluster)) {
    if (name == wish.service.template_name()) truth.template_options = unit.options;
    if (const auto number = instance_number(wish.service, name)) truth.instances[*number] = unit;
  }
  truth.desired = desired_of(wish, truth.before());
  truth.options = truth.template_options.value_or(wish.template_to_submit.value_or(UnitOptions{}));

  InstanceNumber free = 1;
  for (auto count = truth.before(); count < truth.desired; ++count) {
    while (truth.instances.contains(free))
      ++free;
    truth.to_create.insert(free++);
  }
  std::vector<std::tuple<int, std::int64_t, InstanceNumber>> candidates;
  const bool idle_first = wish.scale_down_order == ScaleDownOrder::idle_first;
  for (const auto& [number, unit] : truth.instances) {
    candidates.emplace_back(
        idle_first ? usefulness(cluster, unit) : 0, -std::int64_t{number}, number);
  }
  std::ranges::sort(candidates);
  for (std::size_t i = 0; i + truth.desired < truth.instances.size(); ++i)
    truth.to_destroy.insert(std::get<InstanceNumber>(candidates[i]));
  for (const auto& [number, unit] : truth.instances) {
    if (unit.desired_state != JobState::launched && !truth.to_destroy.contains(number))
      truth.to_launch.insert(number);
  }
  return truth;
}

}  // namespace scale_fleet
