#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "scale_fleet/core/service_snapshot.hpp"

namespace scale_fleet {

inline UnitOptions plain_options() {
  return {{.section = "Unit", .name = "Description", .value = "my app %i"},
          {.section = "Service", .name = "ExecStart", .value = "/bin/sleep 100000"}};
}

/// Writes down a cluster, unit by unit.
class ClusterBuilder {
 public:
  ClusterBuilder& with_template(UnitOptions options = plain_options()) {
    template_options_ = options;
    units_.push_back({.name = "my_app@.service",
                      .options = std::move(options),
                      .desired_state = JobState::inactive,
                      .current_state = JobState::inactive});
    return *this;
  }

  ClusterBuilder& running(std::initializer_list<InstanceNumber> numbers) {
    for (const auto number : numbers)
      add(number, JobState::launched, "m1", "active", "running");
    return *this;
  }

  ClusterBuilder& failed(InstanceNumber number) {
    return add(number, JobState::launched, "m1", "failed", "failed");
  }

  ClusterBuilder& starting(InstanceNumber number) {
    return add(number, JobState::launched, "m1", "activating", "start-pre");
  }

  ClusterBuilder& loaded(InstanceNumber number) {
    return add(number, JobState::loaded, "m1", "inactive", "dead");
  }

  ClusterBuilder& unscheduled(InstanceNumber number) {
    return add(number, JobState::launched, "", "", "");
  }

  ClusterBuilder& inactive(InstanceNumber number) {
    return add(number, JobState::inactive, "", "", "");
  }

  /// A unit of any name, running.
  ClusterBuilder& unit(const std::string& name) {
    return add(name, JobState::launched, "m1", "active", "running");
  }

  ClusterBuilder& row(UnitState state) {
    states_.push_back(std::move(state));
    return *this;
  }

  const std::vector<Unit>& units() const { return units_; }

  const std::vector<UnitState>& states() const { return states_; }

  ServiceSnapshot look(const std::string& service = "my_app") const {
    return snapshot_of(*Service::parse(service), units_, states_);
  }

 private:
  ClusterBuilder& add(InstanceNumber number,
                      JobState desired,
                      const std::string& machine,
                      const std::string& active,
                      const std::string& sub) {
    return add("my_app@" + std::to_string(number) + ".service", desired, machine, active, sub);
  }

  ClusterBuilder& add(const std::string& name,
                      JobState desired,
                      const std::string& machine,
                      const std::string& active,
                      const std::string& sub) {
    units_.push_back({.name = name,
                      .options = template_options_,
                      .desired_state = desired,
                      .current_state = machine.empty() ? JobState::inactive : desired,
                      .machine_id = machine});
    if (!active.empty()) {
      states_.push_back(
          {.unit = name, .machine_id = machine, .load = "loaded", .active = active, .sub = sub});
    }
    return *this;
  }

  UnitOptions template_options_ = plain_options();
  std::vector<Unit> units_;
  std::vector<UnitState> states_;
};

}  // namespace scale_fleet
