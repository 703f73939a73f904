#include "scale_fleet/commands/observe.hpp"

#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {

Result<ServiceSnapshot> observe(FleetApi& fleet,
                                const Service& service,
                                const NeedsStates& needs_states) {
  const auto units = fleet.units(service.name_prefix());
  if (!units) return tl::unexpected(units.error());
  auto without_states = snapshot_of(service, *units, {});
  if (!needs_states(without_states)) return without_states;
  const auto states = fleet.states(service.name_prefix());
  if (!states) return tl::unexpected(states.error());
  auto snapshot = snapshot_of(service, *units, *states);
  for (auto& instance : snapshot.instances)
    instance.text_hash = unit_hash(instance.unit.options);
  return snapshot;
}

}  // namespace scale_fleet
