#include "scale_fleet/core/service_snapshot.hpp"

#include <algorithm>
#include <map>

namespace scale_fleet {
namespace {

/// The row that speaks for `unit`: its machine's, else none while it has no machine.
std::optional<UnitState> state_of(const Unit& unit, const std::vector<UnitState>& states) {
  const auto begin = std::ranges::lower_bound(states, unit.name, {}, &UnitState::unit);
  for (auto row = begin; row != states.end() && row->unit == unit.name; ++row) {
    if (row->machine_id == unit.machine_id) return *row;
  }
  return std::nullopt;
}

}  // namespace

ServiceSnapshot snapshot_of(const Service& service,
                            std::span<const Unit> units,
                            std::span<const UnitState> states) {
  ServiceSnapshot snapshot{.service = service,
                           .template_unit = std::nullopt,
                           .instances = {},
                           .left_alone = {},
                           .states = {}};
  const auto prefix = service.name_prefix();
  for (const auto& state : states) {
    const bool is_ours =
        service.is_single() ? state.unit == prefix : state.unit.starts_with(prefix);
    if (is_ours) snapshot.states.push_back(state);
  }
  std::ranges::stable_sort(snapshot.states, {}, &UnitState::unit);

  std::map<InstanceNumber, Instance> by_number;
  for (const auto& unit : units) {
    if (!unit.name.starts_with(prefix)) continue;
    if (unit.name == service.template_name()) {
      snapshot.template_unit = unit;
    } else if (const auto number = instance_number(service, unit.name)) {
      by_number[*number] = {
          .number = *number, .unit = unit, .state = state_of(unit, snapshot.states)};
    } else if (!service.is_single()) {
      snapshot.left_alone.push_back(unit.name);
    }
  }
  for (auto& [number, instance] : by_number)
    snapshot.instances.push_back(std::move(instance));
  std::ranges::sort(snapshot.left_alone);
  snapshot.left_alone.erase(std::unique(snapshot.left_alone.begin(), snapshot.left_alone.end()),
                            snapshot.left_alone.end());
  return snapshot;
}

}  // namespace scale_fleet
