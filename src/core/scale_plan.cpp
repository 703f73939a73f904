#include "scale_fleet/core/scale_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "core/scale_steps.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Why an instance serves nobody, most useless first; `busy` ones serve.
enum class Idleness { failed, unscheduled, not_launched, busy };

Idleness idleness(const Instance& instance) {
  if (instance.state && instance.state->active == "failed") return Idleness::failed;
  if (!is_launched(instance)) return Idleness::not_launched;
  if (instance.unit.machine_id.empty()) return Idleness::unscheduled;
  return Idleness::busy;
}

/// The instance's place among those that go first; their number where it isn't one of them.
std::ptrdiff_t turn_to_go(const Instance& instance, const ScaleRequest& request) {
  const auto& first = request.goes_first;
  return std::ranges::find(first, instance.number) - first.begin();
}

std::string destroy_reason(const Instance& instance,
                           InstanceCount desired,
                           const ScaleRequest& request) {
  if (turn_to_go(instance, request) < std::ssize(request.goes_first)) {
    return fmt::format(
        "only {} wanted, and {}",
        desired,
        request.goes_first_reason.empty() ? "it is to go first" : request.goes_first_reason);
  }
  const bool idle_first = request.scale_down_order == ScaleDownOrder::idle_first;
  switch (idle_first ? idleness(instance) : Idleness::busy) {
    case Idleness::failed:
      return fmt::format("only {} wanted, and it has failed", desired);
    case Idleness::unscheduled:
      return fmt::format("only {} wanted, and no machine runs it", desired);
    case Idleness::not_launched:
      return fmt::format("only {} wanted, and it is not launched", desired);
    case Idleness::busy:
      break;
  }
  return fmt::format("only {} wanted, and {} is the highest number", desired, instance.number);
}

/// Those to destroy, in the order in which they go.
std::vector<const Instance*> victims(const std::vector<Instance>& instances,
                                     std::size_t how_many,
                                     const ScaleRequest& request) {
  std::vector<const Instance*> candidates;
  for (const auto& instance : instances)
    candidates.push_back(&instance);
  std::ranges::sort(candidates, [&](const Instance* left, const Instance* right) {
    const auto left_turn = turn_to_go(*left, request);
    const auto right_turn = turn_to_go(*right, request);
    if (left_turn != right_turn) return left_turn < right_turn;
    if (request.scale_down_order == ScaleDownOrder::idle_first) {
      const auto left_idle = idleness(*left);
      const auto right_idle = idleness(*right);
      if (left_idle != right_idle) return left_idle < right_idle;
    }
    return left->number > right->number;
  });
  candidates.resize(how_many);
  return candidates;
}

/// Where the lines of created units come from, with the step that brings them to Fleet if need be.
Outcome find_template(const ServiceSnapshot& snapshot,
                      const ScaleRequest& request,
                      ScalePlan& plan) {
  const auto name = request.service.template_name();
  if (request.text) {
    plan.options = *request.text;
    return check_text(request.service, plan.options);
  }
  if (snapshot.template_unit) {
    plan.options = snapshot.template_unit->options;
  } else if (request.template_to_submit) {
    plan.options = *request.template_to_submit;
    plan.steps.push_back({.action = Action::create,
                          .unit = name,
                          .reason = "Fleet has no template for the service yet"});
    if (auto fine = check_not_global(name, plan.options); !fine) return fine;
  } else {
    return tl::unexpected(no_template(
        request.service, " or give its file (--template-file; in a declared file, template_file)"));
  }
  return check_template(request.service, plan.options);
}

/// The numbers to create: the lowest of the numbering that aren't taken.
Result<std::vector<InstanceNumber>> free_numbers(const ServiceSnapshot& snapshot,
                                                 const ScaleRequest& request,
                                                 InstanceCount how_many) {
  if (request.service.is_single()) return std::vector<InstanceNumber>(how_many, 0);
  std::set<InstanceNumber> taken;
  for (const auto& instance : snapshot.instances)
    taken.insert(instance.number);
  std::vector<InstanceNumber> numbers;
  std::uint64_t number = request.numbering.first;
  for (; numbers.size() < how_many; number += request.numbering.step) {
    if (number > max_instance_number) {
      return failure(ErrorKind::usage,
                     fmt::format("{} can't have {} more: the numbers {}, {}, … end at {}",
                                 request.service.display_name(),
                                 counted(how_many, "instance"),
                                 request.numbering.first,
                                 std::uint64_t{request.numbering.first} + request.numbering.step,
                                 max_instance_number));
    }
    const auto candidate = static_cast<InstanceNumber>(number);
    if (!taken.contains(candidate)) numbers.push_back(candidate);
  }
  return numbers;
}

std::string create_reason(const Service& service, InstanceNumber number) {
  return service.is_single() ? "Fleet doesn't have it"
                             : fmt::format("{} is the lowest free number", number);
}

Outcome plan_creations(const ServiceSnapshot& snapshot,
                       const ScaleRequest& request,
                       ScalePlan& plan) {
  if (auto found = find_template(snapshot, request, plan); !found) return found;
  const auto numbers = free_numbers(snapshot, request, plan.desired - plan.before);
  if (!numbers) return tl::unexpected(numbers.error());
  std::set<InstanceNumber> kept(numbers->begin(), numbers->end());
  for (const auto& instance : snapshot.instances)
    kept.insert(instance.number);
  for (const auto number : *numbers) {
    plan_creation(
        plan, request.service.instance_name(number), create_reason(request.service, number));
  }
  plan.kept.clear();
  for (const auto number : kept)
    plan.kept.push_back(request.service.instance_name(number));
  return {};
}

void plan_relaunches(const ServiceSnapshot& snapshot,
                     const ScaleRequest& request,
                     const std::set<InstanceNumber>& doomed,
                     ScalePlan& plan) {
  const bool replaces = request.service.is_single() && request.replaces_other_text;
  const auto text = replaces ? request.text : nullptr;
  for (const auto& instance : snapshot.instances) {
    if (doomed.contains(instance.number)) continue;
    plan.kept.push_back(instance.unit.name);
    auto step = step_to_keep(instance, text, request.stop_first);
    if (step) plan.steps.push_back(std::move(*step));
  }
}

std::vector<std::string> notices_on(const ServiceSnapshot& snapshot, const DesiredCount& desired) {
  std::vector<std::string> notices;
  if (!desired.limited.empty()) {
    notices.push_back(fmt::format("{}: {}", snapshot.service.display_name(), desired.limited));
  }
  if (auto notice = notice_on_template(snapshot); !notice.empty()) {
    notices.push_back(std::move(notice));
  }
  return notices;
}

}  // namespace

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::launch:
      return "launch";
    case Action::destroy:
      return "destroy";
    case Action::replace:
      return "replace";
  }
  return "";
}

Result<ScalePlan> plan_scale(const ServiceSnapshot& snapshot, const ScaleRequest& request) {
  const auto before = static_cast<InstanceCount>(snapshot.instances.size());
  if (auto fine = check_not_global(snapshot); !fine) return tl::unexpected(fine.error());
  if (request.current && *request.current != before) {
    return failure(ErrorKind::precondition,
                   fmt::format("{} has {}, and --current expects {}; nothing was changed",
                               request.service.display_name(),
                               counted(before, "instance"),
                               *request.current));
  }
  const auto desired = desired_count(request.count, before, request.bounds);
  if (request.service.is_single() && desired.count > 1) {
    return failure(ErrorKind::usage,
                   fmt::format("{} is a plain unit: there is one of it, or none, and not {}",
                               request.service.display_name(),
                               desired.count));
  }
  if (desired.count > 0) {
    if (auto fine = check_not_kept(snapshot); !fine) return tl::unexpected(fine.error());
  }
  ScalePlan plan{.service = request.service,
                 .before = before,
                 .desired = desired.count,
                 .steps = {},
                 .kept = {},
                 .options = {},
                 .left_alone = snapshot.left_alone,
                 .notices = notices_on(snapshot, desired),
                 .submit_first = request.submit_first};

  std::vector<const Instance*> surplus;
  if (plan.desired < before) {
    surplus = victims(snapshot.instances, before - plan.desired, request);
  }
  std::set<InstanceNumber> doomed;
  for (const auto* instance : surplus)
    doomed.insert(instance->number);

  plan_relaunches(snapshot, request, doomed, plan);
  if (plan.desired > before) {
    if (auto planned = plan_creations(snapshot, request, plan); !planned) {
      return tl::unexpected(planned.error());
    }
    std::stable_partition(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
      return is_template_name(step.unit);
    });
  }
  for (const auto* instance : surplus) {
    plan.steps.push_back({.action = Action::destroy,
                          .unit = instance->unit.name,
                          .reason = destroy_reason(*instance, plan.desired, request),
                          .stop_first = stops_first(*instance, request.stop_first)});
  }
  return plan;
}

bool needs_states(const ServiceSnapshot& units, const ScaleRequest& request) {
  const bool only_numbers_decide = request.scale_down_order == ScaleDownOrder::highest_first &&
                                   request.stop_first == StopFirst::never;
  if (only_numbers_decide) return false;
  const auto plan = plan_scale(units, request);
  return plan && std::ranges::any_of(plan->steps, [](const Step& step) {
           return step.action == Action::destroy || step.action == Action::replace;
         });
}

}  // namespace scale_fleet
