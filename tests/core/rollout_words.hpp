#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/rollout.hpp"
#include "support/cluster_builder.hpp"

namespace scale_fleet {

// Clusters and batches of a rollout in a few words.

inline UnitOptions text_of(const std::string& version) {
  auto options = plain_options();
  options.push_back({.section = "Service", .name = "Environment", .value = "VERSION=" + version});
  return options;
}

using Text = std::shared_ptr<const UnitOptions>;

inline Text shared_text(const std::string& version) {
  return std::make_shared<const UnitOptions>(text_of(version));
}

/// Instances of a service, each a number and how it stands: `1a` runs text a, `2b!` has text b and
/// failed, `3a-` has text a and is not launched, `4a~` has text a and still runs another.
inline ServiceSnapshot cluster(const std::string& service,
                               const std::vector<std::string>& instances) {
  ServiceSnapshot snapshot{.service = *Service::parse(service),
                           .template_unit = {},
                           .instances = {},
                           .left_alone = {},
                           .states = {}};
  for (const auto& word : instances) {
    const auto letter = word.find_first_of("abc");
    const auto number = static_cast<InstanceNumber>(std::stoi(word.substr(0, letter)));
    const auto name = snapshot.service.instance_name(number);
    const bool is_parked = word.ends_with("-");
    const auto state = is_parked ? JobState::loaded : JobState::launched;
    snapshot.instances.push_back({.number = number,
                                  .unit = {.name = name,
                                           .options = text_of(word.substr(letter, 1)),
                                           .desired_state = state,
                                           .current_state = state,
                                           .machine_id = "m1"},
                                  .state = UnitState{.unit = name,
                                                     .machine_id = "m1",
                                                     .load = "loaded",
                                                     .active = is_parked             ? "inactive"
                                                               : word.ends_with("!") ? "failed"
                                                                                     : "active",
                                                     .sub = "running",
                                                     .hash = word.ends_with("~") ? "b" : ""},
                                  .answer = {},
                                  .text_hash = "a"});
  }
  return snapshot;
}

inline RolloutGoal to_b(const std::vector<InstanceNumber>& numbers, RolloutLimits limits) {
  RolloutGoal goal{.service = *Service::parse("my_app"),
                   .wanted = {},
                   .spare_text = shared_text("b"),
                   .limits = limits};
  for (const auto number : numbers)
    goal.wanted[number] = goal.spare_text;
  return goal;
}

inline std::string in_short(const RolloutBatch& batch) {
  std::vector<std::string> steps;
  for (const auto& step : batch.steps) {
    const auto unit = step.unit.substr(0, step.unit.find('.'));
    const auto is_outgoing = unit.starts_with("old");
    steps.push_back(fmt::format("{}{} {}",
                                step.stop_first ? "stop+" : "",
                                to_string(step.action),
                                (is_outgoing ? "old" : "") + unit.substr(unit.find('@') + 1)));
  }
  return fmt::format("{}{}", fmt::join(steps, ", "), batch.completes_canaries ? " (canary)" : "");
}

}  // namespace scale_fleet
