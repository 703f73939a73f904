#include "scale_fleet/core/release_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/foresight.hpp"
#include "core/release_counts.hpp"
#include "core/rollout_sides.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/unit_file.hpp"
#include "scale_fleet/core/unit_rules.hpp"

namespace scale_fleet {
namespace {

using Text = std::shared_ptr<const UnitOptions>;

Text shared(const UnitOptions& text) {
  return std::make_shared<const UnitOptions>(text);
}

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

/// A unit beside the service with this text: nothing to do, created, or replaced.
std::optional<Step> put_step(const std::optional<Unit>& held,
                             const std::string& name,
                             const UnitOptions& text,
                             std::string reason) {
  if (held && is_same_text(held->options, text)) return std::nullopt;
  return Step{.action = held ? Action::replace : Action::create,
              .unit = name,
              .reason = std::move(reason),
              .options = shared(text)};
}

Step remove_step(const std::string& name, std::string reason) {
  return {.action = Action::destroy, .unit = name, .reason = std::move(reason)};
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
    add_records(!plan_.batches.empty());
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
    return {};
  }

  Outcome find_text() {
    const auto& found = look_.service.template_unit;
    if (request_.text) {
      text_ = *request_.text;
    } else if (found) {
      text_ = found->options;
    } else if (request_.kind == ReleaseKind::restart && !look_.service.instances.empty()) {
      text_ = look_.service.instances.front().unit.options;
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
    plan_.before = counts_.existing;
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
    goal.spare_text = shared(text_);
    goal.limits = limits();
    goal.restarts = request_.kind == ReleaseKind::restart;
    goal.stop_first = request_.stop_first;
    for (const auto number : *numbers)
      goal.wanted[number] = goal.restarts ? own_text(look_.service, number) : goal.spare_text;
    return {};
  }

  Text own_text(const ServiceSnapshot& service, InstanceNumber number) const {
    const auto found = std::ranges::find(service.instances, number, &Instance::number);
    return found == service.instances.end() ? plan_.goal.spare_text : shared(found->unit.options);
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
    undo.spare_text = shared(text);
    undo.limits = plan_.goal.limits;
    undo.limits.canary = 0;
    undo.stop_first = request_.stop_first;
    for (const auto& instance : service.instances) {
      if (!serves(instance)) undo.excused.insert(instance.unit.name);
    }
    for (const auto number : *numbers) {
      const auto own = std::ranges::find(service.instances, number, &Instance::number);
      const bool is_renewed = !look_.outgoing && goes_on && own != service.instances.end() &&
                              is_same_text(own->unit.options, text_) && !plan_.goal.restarts;
      undo.wanted[number] = own == service.instances.end() || is_renewed
                                ? undo.spare_text
                                : shared(own->unit.options);
    }
    former_text_ = former;
    return {};
  }

  void add(const std::optional<Step>& step) {
    if (step) plan_.preparation.push_back({*step});
  }

  /// What is kept in Fleet, in an order that can be broken off anywhere: the version that is left
  /// is kept before the mark says so and the template loses it; a rollback, which is marked first,
  /// gives the template its text before that text is no longer kept.
  void add_records(bool has_batches) {
    const auto& service = request_.service;
    const auto mark_name = mark_unit_name(service);
    const bool restarts = request_.kind == ReleaseKind::restart;
    if (!restarts && request_.kind != ReleaseKind::rollback) keep_former(has_batches);
    if (has_batches) {
      add(put_step(
          look_.mark, mark_name, write_mark(new_mark()), "tells that a release is under way"));
    }
    if (!restarts) {
      add(put_step(look_.service.template_unit,
                   service.template_name(),
                   text_,
                   look_.service.template_unit ? "the template gets the new text"
                                               : "Fleet has no template for the service yet"));
    }
    if (request_.kind == ReleaseKind::rollback) keep_former(has_batches);
    if (has_batches || look_.mark) {
      plan_.conclusion.push_back(remove_step(mark_name, "the release has ended"));
    }
    if (look_.outgoing_mark) {
      plan_.conclusion.push_back(
          remove_step(look_.outgoing_mark->name, "another release took its place"));
    }
    add_way_back(restarts);
  }

  void keep_former(bool has_batches) {
    if (!has_batches || !former_text_ || has_kept_former()) return;
    const FormerVersion former{.service = plan_.undo.service, .text = *former_text_};
    add(put_step(look_.former,
                 former_unit_name(request_.service),
                 write_former(former),
                 fmt::format("keeps the present version, for: scale-fleet rollback {}",
                             request_.service.display_name())));
    keeps_former_ = true;
  }

  /// What a release that was broken off kept is the last whole version; a rollback may have been
  /// broken off before it kept anything.
  bool has_kept_former() const {
    if (!mark_ || !former_ || former_->service != plan_.undo.service) return false;
    if (mark_->command == to_string(ReleaseKind::restart)) return false;
    return mark_->command != to_string(ReleaseKind::rollback) ||
           !is_same_text(former_->text, text_);
  }

  ReleaseMark new_mark() const {
    const auto& limits = plan_.goal.limits;
    const bool restarts = request_.kind == ReleaseKind::restart;
    std::vector<InstanceNumber> numbers;
    for (const auto& [number, text] : plan_.goal.wanted)
      numbers.push_back(number);
    return {.command = std::string(to_string(request_.kind)),
            .count = counts_.count,
            .former_count = counts_.former_count,
            .surge = limits.surge,
            .unavailable = limits.unavailable,
            .replaces = request_.replaces,
            .text = restarts ? UnitOptions{} : text_,
            .numbers = std::move(numbers)};
  }

  void add_way_back(bool restarts) {
    const auto& service = request_.service;
    const auto& held = look_.service.template_unit;
    if (!restarts && !look_.outgoing && (held || mark_)) {
      const auto& text = mark_ && former_ ? former_->text : held ? held->options : text_;
      // After the preparation the template is there, with the new text.
      if (!is_same_text(text, text_)) {
        plan_.restoration.push_back({.action = Action::replace,
                                     .unit = service.template_name(),
                                     .reason = "the template gets its former text back",
                                     .options = shared(text)});
      }
    } else if (!restarts && !held && !mark_) {
      plan_.restoration.push_back(
          remove_step(service.template_name(), "there was no template before"));
    }
    // Without a mark the release is over, and what is kept counts as whole.
    if (!plan_.conclusion.empty()) {
      plan_.farewell.push_back({remove_step(mark_unit_name(service), "the release is undone")});
    }
    if (keeps_former_ && look_.former) {
      plan_.farewell.push_back({{.action = Action::replace,
                                 .unit = former_unit_name(service),
                                 .reason = "keeps again what it kept before",
                                 .options = shared(look_.former->options)}});
    } else if (keeps_former_) {
      plan_.farewell.push_back(
          {remove_step(former_unit_name(service), "nothing was kept there before")});
    }
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
  bool keeps_former_ = false;
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
