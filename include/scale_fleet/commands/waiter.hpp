#pragma once

#include <optional>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/health/health_check.hpp"

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
  /// `check`, which outlives the waiter, is asked where a goal wants answers.
  explicit Waiter(World world, Patience patience = {}, HealthCheck* check = nullptr)
      : world_(world), patience_(patience), check_(check) {}

  /// Waits for all goals, at most until `timeout` from now; the ends are in the goals' order. Ends
  /// early for one that can't be looked at (its error), for all when a signal comes. `before` is
  /// how the units of each goal stood at the end of an earlier wait, where there was one.
  std::vector<WaitEnd> wait(const std::vector<Goal>& goals,
                            Duration timeout,
                            std::vector<Standing> before = {});

 private:
  void look(const Goal& goal, WaitEnd& end);
  void ask(const Goal& goal, const Standing& before, ServiceSnapshot& snapshot);
  std::string address_of(const std::string& machine_id);
  void show(const std::vector<Goal>& goals, const std::vector<WaitEnd>& ends, TimePoint started);

  World world_;
  Patience patience_;
  HealthCheck* check_;
  std::vector<Machine> machines_;  // For their addresses; read when first needed.
};

/// How long to wait between two looks when the waiting has lasted `elapsed` and a look took `cost`:
/// half a second at first, then slower, and never so often that looking is most of the server's
/// work.
Duration delay_between_looks(Duration elapsed, Duration cost);

}  // namespace scale_fleet
