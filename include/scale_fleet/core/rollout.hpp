#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"

namespace scale_fleet {

/// How far a rollout may leave the count on its way, as Kubernetes means it. Not both zero.
struct RolloutLimits {
  InstanceCount surge = 1;        ///< So many more than the count may exist at any moment.
  InstanceCount unavailable = 0;  ///< So many fewer than the count may be healthy.
  InstanceCount canary = 0;       ///< So many of the new ones go first; 0: nobody does.
};

/// Where a rollout ends: exactly these instances, made of these texts.
struct RolloutGoal {
  Service service;
  std::map<InstanceNumber, std::shared_ptr<const UnitOptions>> wanted;
  /// What an instance is made of that is there only on the way.
  std::shared_ptr<const UnitOptions> spare_text;
  RolloutLimits limits = {};
  /// Replace those too that have their text already, each once.
  bool restarts = false;
  StopFirst stop_first = StopFirst::automatic;
  /// Units that need not be well: on the way back, those that weren't before either.
  std::set<std::string> excused = {};
};

/// What there is at one moment.
struct RolloutLook {
  ServiceSnapshot service;
  /// The service that is to go, where another one takes its place.
  std::optional<ServiceSnapshot> outgoing;
  /// Units of a restarting rollout that have had their restart.
  std::set<std::string> restarted;
};

/// Steps that may be done at once, without more or fewer instances than the limits allow.
struct RolloutBatch {
  std::vector<Step> steps;  ///< None: wait for `renewed`, or the rollout is at its end.
  /// The instances with their new text after these steps. They must be well before the next batch.
  std::vector<std::string> renewed;
  /// With these steps the canaries are complete: the time to watch them.
  bool completes_canaries = false;
  /// The goal is reached, but for those that stood in on the way.
  bool is_cleanup = false;
  bool is_end = false;
};

/// What to do next: a pure function of the goal and what there is, so that whoever looks at a
/// rollout half-way, after a crash or on another machine, goes on with it. To be asked again when
/// everything in `renewed` is well. Where one with its text isn't launched, the batch does nothing
/// else; where one isn't well, it does nothing at all.
///
/// An instance is healthy here when systemd says so, and it isn't about to get another text. At
/// each moment of a batch, at least `wanted.size() - unavailable` are healthy if they were before
/// it, and at most `wanted.size() + surge` exist if no more did. Errors: refused, where nothing can
/// be done and the goal isn't reached (limits of zero).
Result<RolloutBatch> next_batch(const RolloutGoal& goal, const RolloutLook& look);

}  // namespace scale_fleet
