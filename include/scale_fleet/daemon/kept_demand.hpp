#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/demand.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// A demand as it is kept from the moment at which it was accepted until it has been dealt with.
struct KeptDemand {
  std::string service;  ///< Display name.
  Demand demand;
  /// What tells an alert from every other, one for each that fired together.
  std::vector<std::string> alerts;
  WallTime received;

  bool operator==(const KeptDemand&) const = default;
};

/// How long one is tried that can't be carried out.
inline constexpr Millis longest_try_of_demand{600'000};
/// An alert that has acted doesn't act again for its cool-down, and never within so long: what
/// comes again so soon comes from a repetition, or from the other one of a pair of Alertmanagers.
inline constexpr Millis shortest_rest_of_alert{60'000};

/// How long an alert that has acted in this direction rests.
Millis rest_of_alert(const ServicePolicy& policy, Direction direction);

/// Whether all of a demand's alerts are among those that acted so lately that they come again.
bool comes_again(const KeptDemand& kept,
                 const std::map<std::string, WallTime>& acted,
                 const ServicePolicy& policy,
                 WallTime now);

/// What an alert finds there already.
enum class AskedBefore {
  nothing,
  same_direction,  ///< Another alert, for the same service.
  same_alerts,  ///< One in which all fire that fire in this: what is done for it is done for both.
};

/// What `kept` finds in `other`. Programs are never the same: each of their steps counts.
AskedBefore asked_before(const KeptDemand& kept, const KeptDemand& other);

/// As JSON on one line.
std::string demand_text(const KeptDemand& demand);

/// Errors (refused): a text that isn't such a demand.
Result<KeptDemand> parse_demand(std::string_view text);

/// What the texts on a shelf are; empty of those that can't be understood, or lie under another id.
std::map<std::string, std::optional<KeptDemand>> demands_on_shelf(
    const std::map<std::string, std::string>& texts);

}  // namespace scale_fleet
