#include "core/scale_steps.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/release_record.hpp"
#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// Whether a process may be there to stop: Fleet was told to run it, on a machine that may be found
/// any moment, or systemd has not yet ended it.
bool may_run(const Instance& instance) {
  const bool has_ended =
      !instance.state || instance.state->active == "inactive" || instance.state->active == "failed";
  return !has_ended || is_launched(instance);
}

}  // namespace

bool is_launched(const Instance& instance) {
  return instance.unit.desired_state == JobState::launched;
}

bool stops_first(const Instance& instance, StopFirst rule) {
  if (!may_run(instance)) return false;
  switch (rule) {
    case StopFirst::always:
      return true;
    case StopFirst::never:
      return false;
    case StopFirst::automatic:
      break;
  }
  return has_stop_actions(instance.unit.options);
}

std::optional<Step> step_to_launch(const Instance& instance) {
  if (is_launched(instance)) return std::nullopt;
  const auto state = instance.unit.desired_state ? to_string(*instance.unit.desired_state)
                                                 : std::string_view("not set");
  return Step{.action = Action::launch,
              .unit = instance.unit.name,
              .reason = fmt::format("it exists, but its desired state is {}", state)};
}

std::optional<Step> step_to_keep(const Instance& instance,
                                 const std::shared_ptr<const UnitOptions>& text,
                                 StopFirst rule) {
  if (!text || is_same_text(instance.unit.options, *text)) return step_to_launch(instance);
  return Step{.action = Action::replace,
              .unit = instance.unit.name,
              .reason = "it has another text than it is to have",
              .stop_first = stops_first(instance, rule),
              .options = text};
}

void plan_creation(ScalePlan& plan, const std::string& unit, std::string reason) {
  plan.steps.push_back({.action = Action::create,
                        .unit = unit,
                        .reason = std::move(reason),
                        .only_submits = plan.submit_first});
  if (!plan.submit_first) return;
  plan.steps.push_back({.action = Action::launch,
                        .unit = unit,
                        .reason = "it was created inactive, with all that goes with it"});
}

Outcome check_not_global(const std::string& unit, const UnitOptions& options) {
  if (!is_global(options)) return {};
  return failure(ErrorKind::refused,
                 fmt::format("{} is global (Global=true in [X-Fleet]): Fleet runs it on every "
                             "machine, so a count of it means nothing",
                             unit));
}

Outcome check_not_global(const ServiceSnapshot& snapshot) {
  if (const auto& found = snapshot.template_unit) {
    if (auto fine = check_not_global(found->name, found->options); !fine) return fine;
  }
  for (const auto& instance : snapshot.instances) {
    const auto& unit = instance.unit;
    if (auto fine = check_not_global(unit.name, unit.options); !fine) return fine;
  }
  return {};
}

Outcome check_not_kept(const ServiceSnapshot& snapshot) {
  const auto& found = snapshot.template_unit;
  const auto owner = found ? kept_for(*found) : std::nullopt;
  if (!owner) return {};
  const auto name = owner->display_name();
  const auto what =
      found->name == former_unit_name(*owner)
          ? fmt::format(
                "it keeps the former version of {}, for: scale-fleet rollback {}", name, name)
          : fmt::format("it tells that a release of {} is under way or was broken off", name);
  return failure(ErrorKind::refused,
                 fmt::format("{} is no service to scale: {}", found->name, what));
}

Error no_template(const Service& service, std::string_view advice) {
  if (service.is_single()) {
    return {.kind = ErrorKind::not_found,
            .message = fmt::format("cannot create {}: Fleet doesn't have it, and no unit file was "
                                   "given for it",
                                   service.display_name())};
  }
  return {.kind = ErrorKind::not_found,
          .message = fmt::format("cannot create instances of {0}: Fleet has no template {1}; "
                                 "submit it first (scale-fleet submit {1}){2}",
                                 service.display_name(),
                                 service.template_name(),
                                 advice)};
}

Outcome check_template(const Service& service, const UnitOptions& options) {
  if (!options.empty()) return {};
  return failure(ErrorKind::refused,
                 fmt::format("cannot create instances of {}: its template {} is empty, and Fleet "
                             "takes no unit without options",
                             service.display_name(),
                             service.template_name()));
}

Outcome check_text(const Service& service, const UnitOptions& text) {
  if (auto fine = check_not_global("the text of " + service.display_name(), text); !fine)
    return fine;
  if (!text.empty()) return {};
  return failure(ErrorKind::refused,
                 fmt::format("cannot create instances of {}: their text is empty, and Fleet takes "
                             "no unit without options",
                             service.display_name()));
}

std::string notice_on_template(const ServiceSnapshot& snapshot) {
  const auto& found = snapshot.template_unit;
  if (!found || !found->desired_state || *found->desired_state == JobState::inactive) return {};
  return fmt::format(
      "the template {} is itself {}: systemd can't start it, and it may keep a "
      "machine from its instances; set it to inactive",
      found->name,
      to_string(*found->desired_state));
}

}  // namespace scale_fleet
