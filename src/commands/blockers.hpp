#pragma once

#include <functional>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/drain_blocker.hpp"
#include "scale_fleet/core/unit_move.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"

namespace scale_fleet {

/// A blocker as Fleet has it.
struct FoundBlocker {
  Unit unit;
  Blocker blocker;

  /// Whether it only tells that a unit is on its way, and takes no place.
  bool is_mark() const { return unit.desired_state == JobState::inactive; }
};

/// Those of Fleet's blockers that `is_wanted` says.
Result<std::vector<FoundBlocker>> find_blockers(
    FleetApi& fleet, const std::function<bool(const FoundBlocker&)>& is_wanted);

/// Ends what they tell of: units that are inactive are set again to what they were; then the
/// blockers are removed. The units that were launched so.
Result<std::vector<std::string>> remove_blockers(FleetApi& fleet,
                                                 const std::vector<FoundBlocker>& blockers);

/// Waits until these units run, or for a minute: whoever goes on then counts them.
void await_running(World world, const std::vector<std::string>& units);

/// Puts the move's blocker there, in the name of a group of machines. Whatever has its name is a
/// blocker of the same unit, of a run that was killed.
Write make_blocker(const UnitMove& move, const std::string& group);

/// Carries the writes out, all at once; the first error, or the interruption that skipped one.
Outcome perform_all(FleetApi& fleet, const std::vector<Write>& writes);

/// Looks on and writes on though a signal has come, as long as it lives.
class GoingOn {
 public:
  explicit GoingOn(FleetApi& fleet) : fleet_(fleet) { fleet_.go_on_though_stopped(true); }

  GoingOn(const GoingOn&) = delete;
  GoingOn& operator=(const GoingOn&) = delete;

  ~GoingOn() { fleet_.go_on_though_stopped(false); }

 private:
  FleetApi& fleet_;
};

}  // namespace scale_fleet
