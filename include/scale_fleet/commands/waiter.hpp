#pragma once

#include <optional>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/convergence.hpp"

namespace scale_fleet {

/// How waiting for one goal ended.
struct WaitEnd {
  /// waiting: the time ran out, or a signal came.
  Verdict verdict = Verdict::waiting;
  Standing standing;
  /// The last complete look; empty where there was none.
  std::optional<ServiceSnapshot> snapshot;
  /// Why the cluster could not be looked at any more, or that a signal came.
  std::optional<Error> error;
};

/// Looks at the cluster again and again until goals have taken hold.
class Waiter {
 public:
  explicit Waiter(World world) : world_(world) {}

  /// Waits for all goals, at most until `timeout` from now; the ends are in the goals' order. Ends
  /// early for one that can't be looked at (its error), for all when a signal comes.
  std::vector<WaitEnd> wait(const std::vector<Goal>& goals, Duration timeout);

 private:
  void look(const Goal& goal, WaitEnd& end);
  void show(const std::vector<Goal>& goals, const std::vector<WaitEnd>& ends, TimePoint started);

  World world_;
};

/// How long to wait between two looks when the waiting has lasted `elapsed` and a look took `cost`:
/// half a second at first, then slower, and never so often that looking is most of the server's
/// work.
Duration delay_between_looks(Duration elapsed, Duration cost);

}  // namespace scale_fleet
