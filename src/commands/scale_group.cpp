#include "commands/scale_group.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/wave_run.hpp"
#include "scale_fleet/core/sidekicks.hpp"

namespace scale_fleet {
namespace {

/// `my_app 5 --with my_app_logger`: the same wish in a form that can be repeated.
std::string words_of(const ScaleRequest& request, InstanceCount desired) {
  if (!request.go_on.empty()) return request.go_on;
  auto words = fmt::format("{} {}", request.service.display_name(), desired);
  for (const auto& sidekick : request.sidekicks) {
    words += &sidekick == &request.sidekicks.front() ? " --with " : ",";
    words += sidekick.display_name();
  }
  return words;
}

std::vector<std::string_view> skipped_units(const ScaleWorkItem& item) {
  std::vector<std::string_view> units;
  for (const auto& change : item.report.changes) {
    if (change.result == StepResult::skipped) units.emplace_back(change.step.unit);
  }
  return units;
}

/// What went wrong in a group, in the words of a clause.
struct Trouble {
  ErrorKind kind = ErrorKind::refused;
  std::string what;
};

std::optional<Trouble> failed_change(const std::vector<ScaleWorkItem>& items) {
  for (const auto& item : items) {
    for (const auto& change : item.report.changes) {
      if (change.result != StepResult::failed) continue;
      return Trouble{.kind = change.error ? change.error->kind : ErrorKind::refused,
                     .what = fmt::format(
                         "this failed: {} {}", to_string(change.step.action), change.step.unit)};
    }
  }
  return std::nullopt;
}

std::optional<Trouble> unwell_service(const std::vector<ScaleWorkItem>& items,
                                      const std::vector<WaitEnd>& ends) {
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto& end = ends[i];
    if (end.verdict == Verdict::converged) continue;
    const auto kind = end.verdict == Verdict::waiting ? ErrorKind::timed_out : ErrorKind::refused;
    return Trouble{.kind = end.error ? end.error->kind : kind,
                   .what = fmt::format("{} is not well", items[i].report.service)};
  }
  return std::nullopt;
}

}  // namespace

ScaleGroup::ScaleGroup(const ScaleRequest& asked) : request_(asked) {
  items.emplace_back(asked.service);
  if (asked.count.kind == Count::Kind::absolute) items[0].report.desired = asked.count.number;
  for (const auto& sidekick : asked.sidekicks)
    items.emplace_back(sidekick).report.is_sidekick = true;
}

std::optional<Error> ScaleGroup::look_and_plan(FleetApi& fleet,
                                               const std::optional<std::size_t>& batch) {
  items[0].look_and_plan(
      fleet,
      {.plan = [&](const ServiceSnapshot& look) { return plan_scale(look, request_); },
       .needs_states =
           [&](const ServiceSnapshot& units) { return needs_states(units, request_); }});
  if (items[0].plan) plan_sidekicks(fleet);
  for (const auto& item : items) {
    if (item.report.error) return item.report.error;
  }
  put_in_order(batch);
  return std::nullopt;
}

void ScaleGroup::plan_sidekicks(FleetApi& fleet) {
  for (std::size_t i = 1; i < items.size(); ++i) {
    const auto sidekick = sidekick_request(request_, items[i].service, *items[0].plan);
    items[i].look_and_plan(
        fleet,
        {.plan = [&](const ServiceSnapshot& look) { return plan_sidekick(look, sidekick); },
         .needs_states =
             [&](const ServiceSnapshot& units) { return needs_states(units, sidekick); }});
    if (items[i].report.error) return;
  }
}

void ScaleGroup::put_in_order(const std::optional<std::size_t>& batch) {
  std::vector<ScalePlan> plans;
  for (auto& item : items) {
    plans.push_back(*item.plan);
    item.go_on = words_of(request_, items[0].plan->desired);
  }
  batches_ = batches_of_waves(plans, batch.value_or(std::numeric_limits<std::size_t>::max()));
  std::size_t turn = 0;
  for (const auto& waves : batches_) {
    for (const auto& wave : waves) {
      for (const auto& [place, after] : wave)
        items[place.plan].report.changes[place.step].turn = turn++;
    }
  }
}

std::vector<Step> ScaleGroup::steps() const {
  std::vector<const Change*> changes;
  for (const auto& item : items) {
    for (const auto& change : item.report.changes)
      changes.push_back(&change);
  }
  std::ranges::stable_sort(changes, {}, &Change::turn);
  std::vector<Step> steps;
  steps.reserve(changes.size());
  for (const auto* change : changes)
    steps.push_back(change->step);
  return steps;
}

void ScaleGroup::apply(const Wave& wave, Applier& applier) {
  std::vector<PlanChanges> plans;
  for (auto& item : items)
    plans.push_back({.plan = &*item.plan, .changes = &item.report.changes});
  apply_wave(wave, plans, applier);
}

bool ScaleGroup::skip_unplanned() {
  const auto unplanned = std::ranges::find_if(
      items, [](const ScaleWorkItem& item) { return item.report.error.has_value(); });
  if (unplanned == items.end()) return false;
  const auto kind = unplanned->report.error->kind;
  for (auto& item : items) {
    item.skip_all();
    if (item.report.error) continue;
    item.conclude_failed({.kind = kind,
                          .message = fmt::format("{} is left as it is, because {} can't be changed",
                                                 item.report.service,
                                                 unplanned->report.service)});
  }
  return true;
}

std::vector<Goal> ScaleGroup::goals_so_far() const {
  std::vector<Goal> goals;
  for (const auto& item : items)
    goals.push_back(item.goal_so_far());
  return goals;
}

bool ScaleGroup::has_failed_change() const {
  return std::ranges::any_of(items, &ScaleWorkItem::has_failed_change);
}

void ScaleGroup::skip_unbegun() {
  for (auto& item : items)
    item.skip_unbegun();
}

void ScaleGroup::explain_left_out(const std::vector<WaitEnd>& ends) {
  auto trouble = failed_change(items);
  if (!trouble) trouble = unwell_service(items, ends);
  if (!trouble) return;
  for (auto& item : items) {
    const auto units = skipped_units(item);
    if (units.empty() || item.has_failed_change()) continue;
    item.held_back = Error{.kind = trouble->kind,
                           .message = fmt::format("{} is not as asked, because {}; left out: {}",
                                                  item.report.service,
                                                  trouble->what,
                                                  fmt::join(units, ", "))};
  }
}

}  // namespace scale_fleet
