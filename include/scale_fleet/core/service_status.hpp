#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {

/// One instance as people and scripts want to see it. Text fields are empty where Fleet has
/// nothing.
struct InstanceStatus {
  std::string unit;
  InstanceNumber number = 0;
  std::optional<JobState> desired_state;
  std::optional<JobState> current_state;
  std::string machine_id;
  std::string ip;
  std::string load;
  std::string active;
  std::string sub;
  /// Whether its options differ from the template's; empty where there is no template.
  std::optional<bool> drift;
};

struct ServiceStatus {
  Service service;
  bool template_exists = false;
  bool template_is_global = false;
  std::vector<InstanceStatus> instances;  ///< By number.
  std::vector<std::string> left_alone;
  std::string former_unit;             ///< That keeps the former version; empty where none does.
  std::optional<ReleaseMark> release;  ///< One that is under way, or was broken off.

  bool exists() const { return template_exists || !instances.empty(); }
};

/// Everything that Fleet lists, at one look.
struct ClusterLook {
  std::vector<Unit> units;
  std::vector<UnitState> states;
  std::vector<Machine> machines;
};

/// What a release keeps for the service counts where it is among the units.
ServiceStatus status_of(const Service& service, const ClusterLook& look);

/// Every service that has a template or an instance among `units`, by name. A template that a
/// release keeps is none.
std::vector<Service> services_in(std::span<const Unit> units);

}  // namespace scale_fleet
