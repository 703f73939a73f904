#pragma once

#include <string>
#include <vector>

#include "scale_fleet/api/api_reply.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/kept_demand.hpp"

namespace scale_fleet {

/// What will come of a demand as far as it can be told at once; the loop decides.
struct Foreseen {
  bool is_change = false;  ///< Else nothing has to be handed to the loop.
  /// Where nothing is changed because the count is at its bound: in which direction it was asked.
  Direction at_bound = Direction::none;
  std::string message;  ///< In Docker Scaler's words, where it has some.

  bool operator==(const Foreseen&) const = default;
};

/// By the daemon's last word on the service, and what an alert finds `in_hand` for it already.
/// Decides as the loop does, but knows nothing of rules. Refusals: 409, for a program whose demand
/// a pause or somebody's key forbids; 503, where the service's count isn't known yet.
Accepted<Foreseen> foresee(const KeptServiceStatus& service,
                           const KeptDemand& kept,
                           AskedBefore in_hand,
                           WallTime now);

}  // namespace scale_fleet
