#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/daemon/kept_demand.hpp"
#include "scale_fleet/policy/decision.hpp"
#include "scale_fleet/policy/history.hpp"
#include "scale_fleet/policy/metric.hpp"

namespace scale_fleet {

/// A decision as it is kept, to be shown later.
struct RememberedDecision {
  WallTime time;
  InstanceCount before = 0;
  InstanceCount count = 0;
  Direction direction = Direction::none;
  ReasonKind kind = ReasonKind::steady;
  std::string asked_by;
  std::vector<std::string> reasons;
  std::vector<std::string> limits;

  bool operator==(const RememberedDecision&) const = default;
};

/// So many decisions are kept.
inline constexpr std::size_t remembered_decisions = 10;

/// So many ids are kept at least.
inline constexpr std::size_t remembered_demands = 64;

/// What the daemon keeps of one service, and what therefore survives a restart.
struct ServiceMemory {
  History history;
  /// Since when each instance that is well has been so, by unit.
  std::map<std::string, WallTime> well_since;
  std::vector<RememberedDecision> decisions;  ///< By time.
  /// Of the metrics of its policy, by metric_key(); only the series, not the failures.
  std::map<std::string, std::map<std::string, Series, std::less<>>, std::less<>> samples;

  /// A demand that was decided on, with the count that it came to, until that is reached.
  std::optional<KeptDemand> carrying;
  /// Alerts that have acted, and when.
  std::map<std::string, WallTime> alerts;
  /// Ids of demands that were dealt with and may still lie on the shelf; the newest last.
  std::vector<std::string> dealt;
  /// Who wants its instances to be spread anew, until that has been tried; empty: nobody.
  std::string move_asked_by;

  bool operator==(const ServiceMemory&) const = default;
};

/// As JSON on one line.
std::string memory_text(const ServiceMemory& memory);

/// Errors (refused): a text that isn't such a memory, or of a later version.
Result<ServiceMemory> parse_memory(std::string_view text);

}  // namespace scale_fleet
