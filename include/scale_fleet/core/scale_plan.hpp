#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/numbering.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/service_snapshot.hpp"

namespace scale_fleet {

/// Whether a running unit is stopped and waited for before it is destroyed.
enum class StopFirst { automatic, always, never };

/// Who goes first when there are too many.
enum class ScaleDownOrder { idle_first, highest_first };

/// What the instances of a sidekick are made of that isn't made of Fleet's template.
struct SidekickText {
  Service sidekick;
  std::shared_ptr<const UnitOptions> text;
};

/// A wish for a count, of whoever asks.
struct ScaleRequest {
  Service service;
  Count count;
  CountBounds bounds;
  /// Act only if exactly so many are there.
  std::optional<InstanceCount> current;
  StopFirst stop_first = StopFirst::automatic;
  ScaleDownOrder scale_down_order = ScaleDownOrder::idle_first;
  /// Submitted when Fleet has no template and instances must be created.
  std::optional<UnitOptions> template_to_submit = {};
  /// Services whose instances come and go with those of the same numbers, and
  std::vector<Service> sidekicks = {};
  /// whether those that the cluster's units tell of are to be added to them.
  bool find_sidekicks = false;
  /// The numbers of created instances. Others count as well, and may be destroyed.
  Numbering numbering = {};
  /// Who goes before any other when there are too many, in this order, and why, in words that stand
  /// behind `only 2 wanted, and `.
  std::vector<InstanceNumber> goes_first = {};
  std::string goes_first_reason = {};
  /// What created instances are made of; Fleet's template is then neither needed nor submitted.
  std::shared_ptr<const UnitOptions> text = {};
  std::vector<SidekickText> sidekick_texts = {};
  /// One request after the other, number after number: the sidekicks and the main instance are
  /// created inactive, then the main instance is launched, then they are. As Dynamite does it.
  bool submit_first = false;
  /// Replace sidekicks, and a plain unit, that aren't made of their text or template any more.
  /// Numbered instances of the service itself are never replaced by a scale: that is a release.
  bool replaces_other_text = false;
  /// The words behind `scale-fleet` that take it up again; empty: those of the scale itself.
  std::string go_on = {};
};

enum class Action { create, launch, destroy, replace };
std::string_view to_string(Action action);

/// One change of one unit, and why, in words for people.
struct Step {
  Action action = Action::create;
  std::string unit;
  std::string reason;
  /// Destroy and replace: set it to loaded and wait until it has stopped, then do it.
  bool stop_first = false;
  /// What a unit is made of that isn't made of the plan's options; empty for all others.
  std::shared_ptr<const UnitOptions> options = {};
  /// Create: leave it inactive; a launch of the same unit follows.
  bool only_submits = false;

  bool operator==(const Step&) const = default;
};

/// What has to be done so that the count is as desired. A value: nothing happens by having it.
struct ScalePlan {
  Service service;
  InstanceCount before = 0;
  InstanceCount desired = 0;
  /// In the order in which they begin: the template, relaunches, creations by number, destructions.
  std::vector<Step> steps;
  /// Every instance that shall be there and well afterwards, by number.
  std::vector<std::string> kept;
  /// What created units are made of: the template's lines, or the request's text, verbatim.
  UnitOptions options;
  std::vector<std::string> left_alone;
  /// What the asker should know besides: a bound that decided, a launched template.
  std::vector<std::string> notices;
  /// As in the request: what comes first, then what waits for what (step_waves.hpp).
  bool submit_first = false;
};

/// The steps from `snapshot` to what is asked (design: more wanted, relaunch what isn't launched,
/// then create the lowest free numbers; fewer wanted, destroy the idle, then the highest numbers;
/// kept instances that aren't launched are relaunched either way).
/// Errors: precondition (`current` differs), not_found (instances must be created and there is no
/// template), refused (a global template or instance, a template without options, one that a
/// release keeps and that isn't scaled to 0), usage (more than one of a plain unit, no number left
/// of the numbering).
Result<ScalePlan> plan_scale(const ServiceSnapshot& snapshot, const ScaleRequest& request);

/// Whether that plan depends on what systemd says of the instances, which `units` lacks: only the
/// choice of those to destroy, and whether they are to be stopped first, does.
bool needs_states(const ServiceSnapshot& units, const ScaleRequest& request);

}  // namespace scale_fleet
