#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

// Parts of a policy in our own form, without what is its default.

/// One flow mapping for each rule of the list that is called `direction`.
std::vector<std::string> shown_threshold_rules(const std::vector<ThresholdRule>& rules,
                                               std::string_view direction);
std::vector<std::string> shown_target_rules(const std::vector<TargetRule>& rules);
/// `{up: …, settle_down: …}`; empty where there are no limits.
std::string shown_limits(const ServicePolicy& policy);
std::vector<std::string> shown_schedule(const std::vector<ScheduleWindow>& windows);

/// As our own form takes them.
std::string shown_adjustment(const Adjustment& adjustment);
std::string shown_duration(Millis duration);

}  // namespace scale_fleet
