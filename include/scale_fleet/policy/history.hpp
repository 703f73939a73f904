#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// Until when a direction is closed, and after what.
struct CoolDown {
  WallTime until;
  std::string because;  ///< `scale_up[0]: 2 -> 3 at 08:15:30`

  bool operator==(const CoolDown&) const = default;
};

/// A count that was changed, by us or by somebody else.
struct CountChange {
  WallTime time;
  InstanceCount before = 0;
  InstanceCount after = 0;

  bool operator==(const CountChange&) const = default;
};

/// What the rules asked for at one tick, before settling and limits.
struct Recommendation {
  WallTime time;
  InstanceCount count = 0;

  bool operator==(const Recommendation&) const = default;
};

/// What a decision needs of the past, and what therefore survives restarts.
struct History {
  std::optional<CoolDown> up;
  std::optional<CoolDown> down;
  std::vector<CountChange> changes;             ///< By time.
  std::vector<Recommendation> recommendations;  ///< By time.
  /// What we last left it at; a different count was made by somebody else.
  std::optional<InstanceCount> last_count;

  bool operator==(const History&) const = default;
};

struct Decision;

/// The history once a decision was made: its recommendation noted, what no rule of `policy` can
/// still look at forgotten, cool-downs that are over, too. It doesn't grow without end: of the same
/// recommendation over and over a few are kept, and 10,000 entries of each kind at most. `current`
/// becomes what we left where nothing was known of that.
History remembered(History history,
                   const ServicePolicy& policy,
                   const Decision& decision,
                   InstanceCount current,
                   WallTime now);

/// The history once the decision was carried out with success: its cool-downs have begun. An up's
/// closes both directions and ends that of a down; a down's closes the way down, one that a program
/// demanded both. None is shortened by another of its own direction. Unchanged, but for last_count,
/// where the count is what it was.
History after_action(History history, const Decision& decision, CountChange change);

/// The history where `current` isn't what we left: the change noted, and manual_cooldown begun in
/// both directions. A cool-down that ends later than any that `policy` could begin now ends then:
/// the policy was changed meanwhile, or the clock set back.
History after_look(History history,
                   const ServicePolicy& policy,
                   InstanceCount current,
                   WallTime now);

}  // namespace scale_fleet
