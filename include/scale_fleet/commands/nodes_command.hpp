#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/commands/node_plan.hpp"
#include "scale_fleet/commands/nodes_report.hpp"
#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/commands/service_rights.hpp"

namespace scale_fleet {

/// A wish for a count of machines.
struct NodesRequest {
  DeclaredNodes nodes;
  Count count;
  /// The file's: what has to stay active of them, and which are spread anew when machines came.
  std::vector<DeclaredService> services;
  /// The wish is about a group of so many, and of another nothing is changed (precondition): what
  /// somebody else made of it since might turn an up into a down. Empty: whatever there is.
  std::optional<InstanceCount> from = {};
  /// What a run that ended before they came has asked for: where the group has that count still,
  /// they are waited for, and nothing is asked for again.
  std::optional<Launches> awaited = {};
};

struct NodesOptions {
  bool dry_run = false;
  bool no_block = false;            ///< Machines that come and go aren't waited for; drains are.
  std::optional<Duration> timeout;  ///< Instead of the file's.
};

/// Everything outside that changing a group needs. All of it outlives whoever holds this.
struct NodesWorld {
  World world;
  NodeGroup& group;
  std::function<WallTime()> wall_time;
  /// Of the services whose instances are moved, for each move; null: nobody else may work on them.
  /// The group itself nobody else may work on in any case.
  ServiceRights* rights = nullptr;
  /// The cloud has taken a higher count: from now on machines are waited for.
  std::function<void()> on_asked = [] {};
};

/// Brings a group of machines to a count.
///
/// - Equal: nothing is asked of the group; machines that are on their way are waited for.
/// - More: sets the desired count, waits until so many new machines are in Fleet, and spreads the
///   instances of services that may move; where the time runs out before (timed_out), onto those
///   that came. A look that fails in passing meanwhile is repeated.
/// - Fewer: one machine after the other is chosen, emptied, terminated, and waited for until it has
///   left; one that can't be emptied stays, with what runs on it, and the run ends. What makes the
///   group keep its machines is told before any is emptied.
///
/// First of all, what a run that was killed has left behind on the group's machines is put in
/// order.
class NodesCommand {
 public:
  NodesCommand(NodesWorld world, NodesOptions options)
      : world_(world.world),
        group_(world.group),
        wall_time_(std::move(world.wall_time)),
        rights_(world.rights),
        on_asked_(std::move(world.on_asked)),
        options_(options) {}

  NodesReport run(const NodesRequest& request);

 private:
  Outcome carry_out(const NodesRequest& request, const GroupLook& group, NodesReport& report);
  Outcome plan(const NodesRequest& request, const GroupLook& group, NodesReport& report);
  Outcome tidy_up(const NodesRequest& request, const GroupLook& group);
  Outcome await_earlier(const NodesRequest& request, const GroupLook& group, NodesReport& report);
  Outcome grow(const NodesRequest& request, NodesReport& report);
  Result<Launches> expect(const NodesRequest& request, const NodesReport& report);
  Outcome receive(const NodesRequest& request, const Launches& launches, NodesReport& report);
  Outcome await_launches(const NodesRequest& request,
                         const Launches& launches,
                         NodesReport& report);
  Result<std::optional<Arrivals>> look_for(const NodesRequest& request,
                                           const Launches& launches,
                                           bool is_last);
  Outcome spread(const NodesRequest& request, NodesReport& report);
  Outcome shrink(const NodesRequest& request, NodesReport& report);
  void tell_of_left(const NodeVictim& victim, NodesReport& report);
  Outcome remove_one(const NodesRequest& request, const GroupLook& group, NodesReport& report);
  Outcome await_departure(const NodesRequest& request,
                          const NodeVictim& victim,
                          NodesReport& report);
  void tell_launch_failures(WallTime since, NodesReport& report, std::string& last);
  Duration timeout_of(const NodesRequest& request) const;
  Error changed_meanwhile(InstanceCount from, InstanceCount now) const;
  Outcome pause(TimePoint started, TimePoint until);

  World world_;
  NodeGroup& group_;
  std::function<WallTime()> wall_time_;
  ServiceRights* rights_;
  std::function<void()> on_asked_;
  NodesOptions options_;
};

/// How long to wait between two questions whether machines have come or gone, when that has lasted
/// `elapsed`: clouds take minutes, and each question costs one of a limited number.
Duration delay_between_polls(Duration elapsed);

}  // namespace scale_fleet
