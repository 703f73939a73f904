#include "scale_fleet/core/release_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/foresight.hpp"
#include "core/release_counts.hpp"
#include "core/release_records.hpp"
#include "core/rollout_sides.hpp"
#include "scale_fleet/core/convergence.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/core/unit_rules.hpp"

namespace scale_fleet {
namespace {

/// The text that most instances have, of those other than `but`; the template's where none has
/// another; empty where that is the same too.
std::optional<UnitOptions> former_text(const ServiceSnapshot& service, const UnitOptions& but) {
  std::vector<std::pair<const UnitOptions*, int>> texts;
  for (const auto& instance : service.instances) {
    const auto& text = instance.unit.options;
    if (is_same_text(text, but)) continue;
    const auto found = std::ranges::find_if(
        texts, [&](const auto& each) { return is_same_text(*each.first, text); });
    if (found == texts.end()) {
      texts.emplace_back(&text, 1);
    } else {
      ++found->second;
    }
  }
  const auto most =
      std::ranges::max_element(texts, {}, &std::pair<const UnitOptions*, int>::second);
  if (most != texts.end()) return *most->first;
  const auto& found = service.template_unit;
  if (found && !is_same_text(found->options, but)) return found->options;
  return std::nullopt;
}

/// Puts together one release, look and request given.
class Planner {
 public:
  Planner(const ReleaseRequest& request, const ReleaseLook& look)
      : request_(request),
        look_(look),
        plan_{.goal = {.service = request.service}, .undo = {.service = request.service}} {}

  Result<ReleasePlan> plan() {
    for (const auto part : {&Planner::check,
                            &Planner::read_records,
                            &Planner::find_text,
                            &Planner::count,
                            &Planner::set_goal,
                            &Planner::set_undo}) {
      if (auto done = (this->*part)(); !done) return tl::unexpected(done.error());
    }
    auto batches = foresee(plan_.goal,
                           {.service = look_.service, .outgoing = look_.outgoing, .restarted = {}},
                           look_.companions);
    if (!batches) return tl::unexpected(batches.error());
    plan_.batches = std::move(*batches);
    plan_records({.request = request_,
                  .look = look_,
                  .former = former_,
                  .mark = mark_,
                  .text = text_,
                  .former_text = former_text_,
                  .counts = counts_},
                 plan_);
    return std::move(plan_);
  }

 private:
  Outcome check() {
    if (request_.replaces == request_.service) {
      return failure(ErrorKind::usage,
                     fmt::format("{} can't replace itself: leave --replaces out, and its instances "
                                 "are replaced in place",
                                 request_.service.display_name()));
    }
    const auto& outgoing = look_.outgoing;
    const bool is_named = outgoing && request_.kind == ReleaseKind::deploy;
    if (is_named && !outgoing->template_unit && outgoing->instances.empty()) {
      return failure(
          ErrorKind::not_found,
          fmt::format("there is no {} to be replaced: Fleet has neither its template nor "
                      "an instance",
                      outgoing->service.display_name()));
    }
    for (const auto& name :
         {former_unit_name(request_.service), mark_unit_name(request_.service)}) {
      if (auto fine = check_unit_name(name); !fine) {
        return failure(ErrorKind::usage,
                       fmt::format("a release of {} would keep {} in Fleet: {}",
                                   request_.service.display_name(),
                                   name,
                                   fine.error().message));
      }
    }
    return {};
  }

  Outcome read_records() {
    if (look_.former) {
      auto former = read_former(*look_.former);
      if (!former) return tl::unexpected(former.error());
      former_ = std::move(*former);
    }
    for (const auto& [unit, mark] :
         {std::pair{&look_.outgoing_mark, &unfinished_}, std::pair{&look_.mark, &mark_}}) {
      if (!*unit) continue;
      auto read = read_mark(**unit);
      if (!read) return tl::unexpected(read.error());
      *mark = std::move(*read);
    }
    if (mark_) unfinished_ = mark_;
    return check_same_replacement();
  }

  /// What was broken off between two services is ended between them, or one of them stays for good.
  Outcome check_same_replacement() const {
    const auto restart = to_string(ReleaseKind::restart);
    if (request_.kind == ReleaseKind::restart && mark_ && mark_->command != restart) {
      return failure(ErrorKind::refused,
                     fmt::format("a {0} of {1} was broken off: end it first by the same command "
                                 "again, or go back by scale-fleet rollback {1}",
                                 mark_->command,
                                 request_.service.display_name()));
    }
    if (!mark_ || !mark_->replaces || mark_->replaces == request_.replaces) return {};
    const auto name = request_.service.display_name();
    return failure(ErrorKind::refused,
                   fmt::format("a {0} of {1} in place of {2} was broken off: end it first by the "
                               "same command again (--replaces {2}), or go back by scale-fleet "
                               "rollback {1}",
                               mark_->command,
                               name,
                               mark_->replaces->display_name()));
  }

  Outcome find_text() {
    const auto& found = look_.service.template_unit;
    const bool restarts = request_.kind == ReleaseKind::restart;
    const auto common = former_text(look_.service, {});
    if (request_.text) {
      text_ = *request_.text;
    } else if (restarts && common) {
      text_ = *common;  // Also of those that stand in on the way: nothing else is to serve.
    } else if (found) {
      text_ = found->options;
    } else {
      return failure(ErrorKind::not_found,
                     fmt::format("cannot {} {}: Fleet has no template {}",
                                 to_string(request_.kind),
                                 request_.service.display_name(),
                                 request_.service.template_name()));
    }
    // With such a section no release could keep it: it would be taken for what tells of the
    // release.
    if (has_our_section(text_)) {
      return failure(ErrorKind::refused,
                     fmt::format("the new text of {} has a section [X-ScaleFleet-…], which tells "
                                 "what a release keeps: take it out",
                                 request_.service.template_name()));
    }
    if (auto fine = check_unit_options(text_); !fine) {
      return failure(ErrorKind::refused,
                     fmt::format("Fleet would not take the text of {}: {}",
                                 request_.service.template_name(),
                                 fine.error().message));
    }
    return {};
  }

  Outcome count() {
    auto counts = release_counts(request_, look_, unfinished_);
    if (!counts) return tl::unexpected(counts.error());
    counts_ = *counts;
    if (!counts_.notice.empty()) plan_.notices.push_back(counts_.notice);
    return {};
  }

  /// The numbers that the one planner would keep and create for `count`; those that a release has
  /// begun with stay.
  Result<std::vector<InstanceNumber>> numbers_for(const ServiceSnapshot& service,
                                                  InstanceCount count,
                                                  const UnitOptions& text) const {
    const ScaleRequest wish{.service = service.service,
                            .count = {.kind = Count::Kind::absolute, .number = count},
                            .stop_first = request_.stop_first,
                            // Those that stand in on the way have the highest numbers.
                            .scale_down_order = unfinished_ ? ScaleDownOrder::highest_first
                                                            : ScaleDownOrder::idle_first,
                            .template_to_submit = text};
    const auto plan = plan_scale(service, wish);
    if (!plan) return tl::unexpected(plan.error());
    const bool has_begun = mark_ && service.service == request_.service;
    if (has_begun && mark_->numbers.size() == count) return mark_->numbers;
    std::vector<InstanceNumber> numbers;
    for (const auto& unit : plan->kept)
      numbers.push_back(*instance_number(service.service, unit));
    return numbers;
  }

  RolloutLimits limits() const {
    RolloutLimits limits{.surge = request_.max_surge.rounded_up(counts_.count),
                         .unavailable = request_.max_unavailable.rounded_down(counts_.count),
                         .canary = request_.canary};
    // As Kubernetes does where rounding leaves nothing.
    if (limits.surge == 0 && limits.unavailable == 0) limits.unavailable = 1;
    return limits;
  }

  Outcome set_goal() {
    if (is_global(text_)) {
      return failure(ErrorKind::refused,
                     fmt::format("the new text of {} is global (Global=true in [X-Fleet]): Fleet "
                                 "would run each instance on every machine",
                                 request_.service.display_name()));
    }
    const auto numbers = numbers_for(look_.service, counts_.count, text_);
    if (!numbers) return tl::unexpected(numbers.error());
    auto& goal = plan_.goal;
    goal.spare_text = std::make_shared<const UnitOptions>(text_);
    goal.limits = limits();
    goal.restarts = request_.kind == ReleaseKind::restart;
    goal.stop_first = request_.stop_first;
    for (const auto number : *numbers)
      goal.wanted[number] = goal.restarts ? own_text(look_.service, number) : goal.spare_text;
    return {};
  }

  /// Whether it was no good before the release, and need not be after it is undone.
  static bool has_failed(const Instance& instance) {
    const auto condition = condition_of(instance);
    return condition == Condition::failed || condition == Condition::unscheduled;
  }

  std::shared_ptr<const UnitOptions> own_text(const ServiceSnapshot& service,
                                              InstanceNumber number) const {
    const auto found = std::ranges::find(service.instances, number, &Instance::number);
    return found == service.instances.end()
               ? plan_.goal.spare_text
               : std::make_shared<const UnitOptions>(found->unit.options);
  }

  /// The service as it was: each instance with the text that it has, or had before a release that
  /// was broken off.
  Outcome set_undo() {
    const auto& service = look_.outgoing ? *look_.outgoing : look_.service;
    auto former = former_text(service, look_.outgoing ? UnitOptions{} : text_);
    const bool goes_on = mark_ && is_same_text(mark_->text, text_);
    if (goes_on && former_ && former_->service == service.service &&
        !is_same_text(former_->text, text_)) {
      former = former_->text;
    }
    const auto text = former.value_or(text_);
    const auto numbers = numbers_for(service, counts_.former_count, text);
    if (!numbers) return tl::unexpected(numbers.error());
    auto& undo = plan_.undo;
    undo.service = service.service;
    undo.spare_text = std::make_shared<const UnitOptions>(text);
    undo.limits = plan_.goal.limits;
    undo.limits.canary = 0;
    undo.stop_first = request_.stop_first;
    for (const auto& instance : service.instances) {
      const bool is_ours = goes_on && is_same_text(instance.unit.options, text_);
      if (!is_ours && has_failed(instance)) undo.excused.insert(instance.unit.name);
    }
    // Nobody can promise more healthy ones than there were.
    undo.limits.unavailable += static_cast<InstanceCount>(undo.excused.size());
    for (const auto number : *numbers) {
      const auto own = std::ranges::find(service.instances, number, &Instance::number);
      const bool is_renewed = !look_.outgoing && goes_on && own != service.instances.end() &&
                              is_same_text(own->unit.options, text_) && !plan_.goal.restarts;
      undo.wanted[number] = own == service.instances.end() || is_renewed
                                ? undo.spare_text
                                : std::make_shared<const UnitOptions>(own->unit.options);
    }
    former_text_ = former;
    return {};
  }

  const ReleaseRequest& request_;
  const ReleaseLook& look_;
  ReleasePlan plan_;
  std::optional<FormerVersion> former_;
  std::optional<ReleaseMark> mark_;        // Of this service.
  std::optional<ReleaseMark> unfinished_;  // That, or the outgoing service's.
  UnitOptions text_;
  ReleaseCounts counts_;
  std::optional<UnitOptions> former_text_;
};

}  // namespace

std::string_view to_string(ReleaseKind kind) {
  switch (kind) {
    case ReleaseKind::deploy:
      return "deploy";
    case ReleaseKind::restart:
      return "restart";
    case ReleaseKind::refresh:
      return "refresh";
    case ReleaseKind::rollback:
      return "rollback";
  }
  return "";
}

Result<ReleasePlan> plan_release(const ReleaseRequest& request, const ReleaseLook& look) {
  return Planner(request, look).plan();
}

Result<ReleaseRequest> resolve_rollback(const ReleaseRequest& request,
                                        const std::optional<Unit>& former,
                                        const std::optional<Unit>& mark) {
  auto resolved = request;
  if (mark) {
    const auto unfinished = read_mark(*mark);
    if (!unfinished) return tl::unexpected(unfinished.error());
    if (unfinished->command == to_string(ReleaseKind::rollback)) {
      resolved.text = unfinished->text;
      resolved.replaces = unfinished->replaces;
      return resolved;
    }
  }
  if (!former) {
    return failure(
        ErrorKind::not_found,
        fmt::format("there is no version to roll {} back to: Fleet has no unit {}, which "
                    "a release would have kept",
                    request.service.display_name(),
                    former_unit_name(request.service)));
  }
  const auto kept = read_former(*former);
  if (!kept) return tl::unexpected(kept.error());
  resolved.text = kept->text;
  if (kept->service != request.service) {
    resolved.replaces = request.service;
    resolved.service = kept->service;
  }
  return resolved;
}

}  // namespace scale_fleet
