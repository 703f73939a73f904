#pragma once

#include <vector>

#include "scale_fleet/daemon/action.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/policy/history.hpp"

namespace scale_fleet {

/// What an action did, for the audit: one event for what was launched, one for what was destroyed,
/// one for what was replaced, each with an error where one of its units failed; at least one.
std::vector<Event> events_of(const ActionEnd& end, WallTime ended);

/// The event that the count isn't what the daemon left, `before`, but what it finds now. It doesn't
/// know who it was, nor when between two looks.
Event found_changed(const std::string& service,
                    InstanceCount before,
                    const History& found,
                    WallTime now);

/// The event that nothing had to be done, or could be.
Event no_op(const std::string& service,
            InstanceCount count,
            const Decision& decision,
            WallTime now);

}  // namespace scale_fleet
