#pragma once

#include <memory>
#include <span>
#include <vector>

#include "scale_fleet/core/scale_plan.hpp"
#include "scale_fleet/core/service_snapshot.hpp"

namespace scale_fleet {

/// A sidekick is a service whose instance N belongs to instance N of a main service: it comes up
/// after that instance and goes before it.

/// What decides on the instances of a sidekick.
struct SidekickRequest {
  Service sidekick;
  Service main;
  /// The instances that the main service shall have, each once.
  std::vector<InstanceNumber> wanted;
  StopFirst stop_first = StopFirst::automatic;
  /// As in ScaleRequest, of the sidekick.
  std::shared_ptr<const UnitOptions> text = {};
  bool submit_first = false;
  bool replaces_other_text = false;
};

/// The numbers of the instances that are there after `plan`, in the order of `plan.kept`.
std::vector<InstanceNumber> kept_numbers(const ScalePlan& plan);

/// The steps after which the sidekick (a plain unit: while any is wanted) has exactly the wanted
/// instances, all launched: launches and creations by number, then destructions, the highest number
/// first. Created units get the sidekick's own template's lines, or the request's text, verbatim.
/// Errors: not_found (instances must be created and there is no template), refused (a global
/// template or instance, a template without options).
Result<ScalePlan> plan_sidekick(const ServiceSnapshot& snapshot, const SidekickRequest& request);

/// What `request` means for one of its sidekicks, once the plan of the main service is known.
SidekickRequest sidekick_request(const ScaleRequest& request,
                                 const Service& sidekick,
                                 const ScalePlan& main);

/// Whether that plan depends on what systemd says of the instances, which `units` lacks: only
/// whether those to destroy are to be stopped first does.
bool needs_states(const ServiceSnapshot& units, const SidekickRequest& request);

/// Whether the sidekicks of all requests can be what they are called. Errors: usage, for one that
/// is its main service itself, is named twice, goes with two services, or is asked for a count
/// besides.
Outcome check_sidekicks(std::span<const ScaleRequest> requests);

/// The services that say themselves that their instances go with those of `main`, by name:
/// `MachineOf=my_app@%i.service` in [X-Fleet], `BindsTo=` or `PartOf=` of it in [Unit] (each a list
/// between blanks, `%I` as good as `%i`), in the template or, of a service without one, in an
/// instance, which may name its number in digits too.
std::vector<Service> sidekicks_of(const Service& main, std::span<const Unit> all_units);

}  // namespace scale_fleet
