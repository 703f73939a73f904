#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/companion.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "scale_fleet/core/rollout.hpp"
#include "scale_fleet/core/share.hpp"

namespace scale_fleet {

enum class ReleaseKind { deploy, restart, refresh, rollback };
std::string_view to_string(ReleaseKind kind);

/// A wish for a version, of whoever asks.
struct ReleaseRequest {
  ReleaseKind kind = ReleaseKind::deploy;
  Service service;
  /// The service that it takes the place of, which then goes; empty in place.
  std::optional<Service> replaces;
  /// What the instances become. Empty for a restart, which leaves each its own, and for a refresh,
  /// which takes the template's.
  std::optional<UnitOptions> text;
  /// Where that text is another service's, to be read first.
  std::optional<Service> text_of = {};
  std::optional<InstanceCount> count;
  Share max_surge = {.number = 1};
  Share max_unavailable = {};
  InstanceCount canary = 0;
  StopFirst stop_first = StopFirst::automatic;
  std::vector<ReleaseSidekick> sidekicks = {};
  /// What sidekicks are made of that aren't made of Fleet's templates.
  std::vector<SidekickText> sidekick_texts = {};
};

/// Everything that Fleet knew of a release at one look.
struct ReleaseLook {
  ServiceSnapshot service;
  std::optional<ServiceSnapshot> outgoing;
  std::optional<Unit> former;  ///< The service's former_unit_name(), as Fleet holds it.
  std::optional<Unit> mark;    ///< Its mark_unit_name().
  std::optional<Unit> outgoing_mark;
  std::vector<Companion> companions;  ///< Of either service.
};

/// Steps that are independent of each other.
using StepGroup = std::vector<Step>;

/// A whole release, and its way back. A value: nothing happens by having it.
struct ReleasePlan {
  RolloutGoal goal;
  RolloutGoal undo;
  /// What is kept in Fleet before any instance is changed, group after group.
  std::vector<StepGroup> preparation;
  StepGroup conclusion;
  /// What the template and the mark hold until then, where the release has them; another text there
  /// is somebody else's.
  std::optional<UnitOptions> template_text;
  std::optional<UnitOptions> mark_text;
  /// For the way back: before the instances, and after them.
  StepGroup restoration;
  std::vector<StepGroup> farewell;
  /// What happens to the instances, if all goes well: in the order of the groups.
  std::vector<StepGroup> batches;
  std::vector<std::string> notices;
};

/// From what there is to what is asked.
/// Limits that rounding makes both zero allow one fewer, as in Kubernetes.
/// Errors: usage (a name too long for what a release keeps; a service that replaces itself),
/// not_found (no instance to count and no count given; a refresh without a template; nobody to be
/// replaced), refused (global units; options that Fleet would not take; a unit of a needed name
/// that isn't ours; another release that was broken off and must be ended first).
Result<ReleasePlan> plan_release(const ReleaseRequest& request, const ReleaseLook& look);

/// A rollback as the release that it is: to which service and text. `former` and `mark` are those
/// kept for the service that was asked for. Errors: not_found (no version is kept), refused.
Result<ReleaseRequest> resolve_rollback(const ReleaseRequest& request,
                                        const std::optional<Unit>& former,
                                        const std::optional<Unit>& mark);

}  // namespace scale_fleet
