#include "scale_fleet/core/sidekicks.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/scale_steps.hpp"

namespace scale_fleet {
namespace {

/// The numbers that the sidekick shall have: of a plain unit, which is for all, its own.
std::set<InstanceNumber> wanted_numbers(const SidekickRequest& request) {
  if (!request.sidekick.is_single()) return {request.wanted.begin(), request.wanted.end()};
  return request.wanted.empty() ? std::set<InstanceNumber>{} : std::set<InstanceNumber>{0};
}

/// What the sidekick's instance of that number goes with, in words.
std::string leader(const SidekickRequest& request, InstanceNumber number) {
  return request.sidekick.is_single() ? request.main.display_name()
                                      : request.main.instance_name(number);
}

/// What a kept instance is brought to; null where each keeps its own.
std::shared_ptr<const UnitOptions> text_to_have(const ServiceSnapshot& snapshot,
                                                const SidekickRequest& request) {
  if (!request.replaces_other_text) return nullptr;
  if (request.text || !snapshot.template_unit) return request.text;
  return std::make_shared<const UnitOptions>(snapshot.template_unit->options);
}

Outcome plan_creations(const ServiceSnapshot& snapshot,
                       const SidekickRequest& request,
                       const std::set<InstanceNumber>& missing,
                       ScalePlan& plan) {
  if (missing.empty()) return {};
  if (!request.text && !snapshot.template_unit) {
    return tl::unexpected(no_template(request.sidekick, ""));
  }
  plan.options = request.text ? *request.text : snapshot.template_unit->options;
  for (const auto number : missing) {
    plan_creation(plan,
                  request.sidekick.instance_name(number),
                  fmt::format("{} is to run with it", leader(request, number)));
  }
  return request.text ? check_text(request.sidekick, plan.options)
                      : check_template(request.sidekick, plan.options);
}

void plan_destructions(const ServiceSnapshot& snapshot,
                       const SidekickRequest& request,
                       const std::set<InstanceNumber>& wanted,
                       ScalePlan& plan) {
  std::vector<Step> destructions;
  for (const auto& instance : snapshot.instances) {
    if (wanted.contains(instance.number)) continue;
    destructions.push_back(
        {.action = Action::destroy,
         .unit = instance.unit.name,
         .reason = fmt::format("{} is not to be there", leader(request, instance.number)),
         .stop_first = stops_first(instance, request.stop_first)});
  }
  plan.steps.insert(plan.steps.end(), destructions.rbegin(), destructions.rend());
}

}  // namespace

std::vector<InstanceNumber> kept_numbers(const ScalePlan& plan) {
  std::vector<InstanceNumber> numbers;
  for (const auto& unit : plan.kept) {
    if (const auto number = instance_number(plan.service, unit)) numbers.push_back(*number);
  }
  return numbers;
}

SidekickRequest sidekick_request(const ScaleRequest& request,
                                 const Service& sidekick,
                                 const ScalePlan& main) {
  const auto text = std::ranges::find(request.sidekick_texts, sidekick, &SidekickText::sidekick);
  return {.sidekick = sidekick,
          .main = request.service,
          .wanted = kept_numbers(main),
          .stop_first = request.stop_first,
          .text = text == request.sidekick_texts.end() ? nullptr : text->text,
          .submit_first = request.submit_first,
          .replaces_other_text = request.replaces_other_text};
}

Result<ScalePlan> plan_sidekick(const ServiceSnapshot& snapshot, const SidekickRequest& request) {
  if (auto fine = check_not_global(snapshot); !fine) return tl::unexpected(fine.error());
  const auto wanted = wanted_numbers(request);
  ScalePlan plan{.service = request.sidekick,
                 .before = static_cast<InstanceCount>(snapshot.instances.size()),
                 .desired = static_cast<InstanceCount>(wanted.size()),
                 .steps = {},
                 .kept = {},
                 .options = {},
                 .left_alone = snapshot.left_alone,
                 .notices = {},
                 .submit_first = request.submit_first};
  if (auto notice = notice_on_template(snapshot); !notice.empty()) {
    plan.notices.push_back(std::move(notice));
  }
  auto missing = wanted;
  for (const auto& instance : snapshot.instances) {
    if (missing.erase(instance.number) == 0) continue;
    auto step = step_to_keep(instance, text_to_have(snapshot, request), request.stop_first);
    if (step) plan.steps.push_back(std::move(*step));
  }
  for (const auto number : wanted)
    plan.kept.push_back(request.sidekick.instance_name(number));
  if (auto planned = plan_creations(snapshot, request, missing, plan); !planned) {
    return tl::unexpected(planned.error());
  }
  plan_destructions(snapshot, request, wanted, plan);
  return plan;
}

bool needs_states(const ServiceSnapshot& units, const SidekickRequest& request) {
  if (request.stop_first == StopFirst::never) return false;
  const auto wanted = wanted_numbers(request);
  return std::ranges::any_of(
      units.instances, [&](const Instance& instance) { return !wanted.contains(instance.number); });
}

Outcome check_sidekicks(std::span<const ScaleRequest> requests) {
  std::set<std::string> taken;
  for (const auto& request : requests) {
    for (const auto& sidekick : request.sidekicks) {
      const auto name = sidekick.display_name();
      if (sidekick == request.service) {
        return failure(ErrorKind::usage, fmt::format("{} can't be its own sidekick", name));
      }
      if (std::ranges::find(requests, sidekick, &ScaleRequest::service) != requests.end()) {
        return failure(ErrorKind::usage,
                       fmt::format("{0} is asked for a count and is a sidekick of {1}, which "
                                   "decides on its number; ask for {1} alone",
                                   name,
                                   request.service.display_name()));
      }
      if (!taken.insert(name).second) {
        return failure(ErrorKind::usage, fmt::format("{} is named twice as a sidekick", name));
      }
    }
  }
  return {};
}

}  // namespace scale_fleet
