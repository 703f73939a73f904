#include "core/release_records.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
namespace {

/// A unit beside the service with this text: nothing to do, created, or replaced.
std::optional<Step> put_step(const std::optional<Unit>& held,
                             const std::string& name,
                             const UnitOptions& text,
                             std::string reason) {
  if (held && is_same_text(held->options, text)) return std::nullopt;
  return Step{.action = held ? Action::replace : Action::create,
              .unit = name,
              .reason = std::move(reason),
              .options = std::make_shared<const UnitOptions>(text)};
}

Step remove_step(const std::string& name, std::string reason) {
  return {.action = Action::destroy, .unit = name, .reason = std::move(reason)};
}

/// Plans them one after the other.
class RecordPlanner {
 public:
  RecordPlanner(const ReleaseDecision& decision, ReleasePlan& plan)
      : decision_(decision), plan_(plan) {}

  void plan() { add_records(!plan_.batches.empty()); }

 private:
  void add(const std::optional<Step>& step) {
    if (step) plan_.preparation.push_back({*step});
  }

  /// What is kept in Fleet, in an order that can be broken off anywhere: the version that is left
  /// is kept before the mark says so and the template loses it; a rollback, which is marked first,
  /// gives the template its text before that text is no longer kept.
  void add_records(bool has_batches) {
    const auto& service = decision_.request.service;
    const auto mark_name = mark_unit_name(service);
    const bool restarts = decision_.request.kind == ReleaseKind::restart;
    if (!restarts && decision_.request.kind != ReleaseKind::rollback) keep_former(has_batches);
    if (!restarts) plan_.template_text = decision_.text;
    if (has_batches) plan_.mark_text = write_mark(new_mark());
    if (has_batches) {
      add(put_step(decision_.look.mark,
                   mark_name,
                   write_mark(new_mark()),
                   "tells that a release is under way"));
    }
    if (!restarts) {
      add(put_step(decision_.look.service.template_unit,
                   service.template_name(),
                   decision_.text,
                   decision_.look.service.template_unit
                       ? "the template gets the new text"
                       : "Fleet has no template for the service yet"));
    }
    if (decision_.request.kind == ReleaseKind::rollback) keep_former(has_batches);
    if (has_batches || decision_.look.mark) {
      plan_.conclusion.push_back(remove_step(mark_name, "the release has ended"));
    }
    if (decision_.look.outgoing_mark) {
      plan_.conclusion.push_back(
          remove_step(decision_.look.outgoing_mark->name, "another release took its place"));
    }
    add_way_back(restarts);
  }

  void keep_former(bool has_batches) {
    const auto& held = decision_.look.service.template_unit;
    const bool loses_text = held && !is_same_text(held->options, decision_.text);
    if (!has_batches && !loses_text) return;
    if (!decision_.former_text || has_kept_former()) return;
    const FormerVersion former{.service = plan_.undo.service, .text = *decision_.former_text};
    add(put_step(decision_.look.former,
                 former_unit_name(decision_.request.service),
                 write_former(former),
                 fmt::format("keeps the present version, for: scale-fleet rollback {}",
                             decision_.request.service.display_name())));
    keeps_former_ = true;
  }

  /// What a release that was broken off kept is the last whole version; a rollback may have been
  /// broken off before it kept anything.
  bool has_kept_former() const {
    if (!decision_.mark || !decision_.former || decision_.former->service != plan_.undo.service) {
      return false;
    }
    if (decision_.mark->command == to_string(ReleaseKind::restart)) return false;
    return decision_.mark->command != to_string(ReleaseKind::rollback) ||
           !is_same_text(decision_.former->text, decision_.text);
  }

  ReleaseMark new_mark() const {
    const auto& limits = plan_.goal.limits;
    const bool restarts = decision_.request.kind == ReleaseKind::restart;
    std::vector<InstanceNumber> numbers;
    for (const auto& [number, text] : plan_.goal.wanted)
      numbers.push_back(number);
    return {.command = std::string(to_string(decision_.request.kind)),
            .count = decision_.counts.count,
            .former_count = decision_.counts.former_count,
            .surge = limits.surge,
            .unavailable = limits.unavailable,
            .replaces = decision_.request.replaces,
            .text = restarts ? UnitOptions{} : decision_.text,
            .numbers = std::move(numbers),
            .sidekicks = decision_.request.sidekicks};
  }

  void add_way_back(bool restarts) {
    const auto& service = decision_.request.service;
    const auto& held = decision_.look.service.template_unit;
    if (!restarts && !decision_.look.outgoing && (held || decision_.mark)) {
      const auto& text = has_kept_former() ? decision_.former->text
                         : held            ? held->options
                                           : decision_.text;
      // After the preparation the template is there, with the new text.
      if (!is_same_text(text, decision_.text)) {
        plan_.restoration.push_back({.action = Action::replace,
                                     .unit = service.template_name(),
                                     .reason = "the template gets its former text back",
                                     .options = std::make_shared<const UnitOptions>(text)});
      }
    } else if (!restarts && !held && !decision_.mark) {
      plan_.restoration.push_back(
          remove_step(service.template_name(), "there was no template before"));
    }
    // Without a mark the release is over, and what is kept counts as whole.
    if (!plan_.conclusion.empty()) {
      plan_.farewell.push_back({remove_step(mark_unit_name(service), "the release is undone")});
    }
    if (keeps_former_ && decision_.look.former) {
      plan_.farewell.push_back(
          {{.action = Action::replace,
            .unit = former_unit_name(service),
            .reason = "keeps again what it kept before",
            .options = std::make_shared<const UnitOptions>(decision_.look.former->options)}});
    } else if (keeps_former_) {
      plan_.farewell.push_back(
          {remove_step(former_unit_name(service), "nothing was kept there before")});
    }
  }

  const ReleaseDecision& decision_;
  ReleasePlan& plan_;
  bool keeps_former_ = false;
};

}  // namespace

void plan_records(const ReleaseDecision& decision, ReleasePlan& plan) {
  RecordPlanner(decision, plan).plan();
}

}  // namespace scale_fleet
