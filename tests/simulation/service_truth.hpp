#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"
#include "simulation/scenario.hpp"

namespace scale_fleet {

/// How one service really stands in a cluster, and what a wish for it should come to: worked out
/// here by the README's words and not by the planner, so that the two check each other.
struct ServiceTruth {
  Service service;
  std::map<InstanceNumber, Unit> instances;
  std::optional<UnitOptions> template_options;
  InstanceCount desired = 0;
  /// What created units must be made of.
  UnitOptions options;
  std::set<InstanceNumber> to_create;
  std::set<InstanceNumber> to_destroy;
  std::set<InstanceNumber> to_launch;

  InstanceCount before() const { return static_cast<InstanceCount>(instances.size()); }
};

ServiceTruth truth_of(const SandboxCluster& cluster, const ScaleRequest& wish);

/// Every readable unit, by name.
std::map<std::string, Unit> all_units(const SandboxCluster& cluster);

/// How many instances of the service the cluster has.
InstanceCount count_in(const SandboxCluster& cluster, const Service& service);

/// Whether a process of the unit may be there, so that a plain DELETE would cut it off.
bool has_process(const SandboxCluster& cluster, const std::string& unit);

}  // namespace scale_fleet
