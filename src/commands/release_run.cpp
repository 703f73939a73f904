#include "commands/release_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/explain.hpp"
#include "commands/release_goals.hpp"
#include "commands/wave_run.hpp"
#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

ReleaseFailure stopped_by_signal() {
  return {.status = ScaleStatus::interrupted,
          .error = {.kind = ErrorKind::interrupted, .message = "interrupted by a signal"}};
}

/// The units with their text that the batch's steps leave alone.
std::vector<std::string> renewed_before(const RolloutBatch& batch) {
  auto units = batch.renewed;
  std::erase_if(units, [&](const std::string& unit) {
    return std::ranges::find(batch.steps, unit, &Step::unit) != batch.steps.end();
  });
  return units;
}

/// Whether a look has shown one of these units that isn't well.
bool has_unwell(const std::vector<std::string>& units, const WaitEnd& end) {
  return std::ranges::any_of(end.standing.units, [&](const UnitStanding& standing) {
    return !is_good(standing.condition) && std::ranges::find(units, standing.unit) != units.end();
  });
}

bool starts_something(const RolloutBatch& batch) {
  return std::ranges::any_of(batch.steps,
                             [](const Step& step) { return step.action != Action::destroy; });
}

bool only_launches(const RolloutBatch& batch) {
  return !batch.steps.empty() && std::ranges::all_of(batch.steps, [](const Step& step) {
    return step.action == Action::launch;
  });
}

}  // namespace

void RolloutRun::tell(const Step& step) {
  world_.progress.tell(fmt::format(
      "step {}: {} {}: {}", log_.step(), to_string(step.action), step.unit, step.reason));
}

std::optional<ReleaseFailure> RolloutRun::failure_in(const std::vector<Change>& changes) const {
  if (world_.stop.requested()) return stopped_by_signal();
  for (const auto& change : changes) {
    if (!change.error) continue;
    return ReleaseFailure{.status = status_of(change.error->kind), .error = *change.error};
  }
  return std::nullopt;
}

std::optional<ReleaseFailure> RolloutRun::apply(const std::vector<Step>& steps) {
  log_.begin_step();
  std::ranges::for_each(steps, [this](const Step& step) { tell(step); });
  const ScalePlan plan{.service = log_.services().front()};
  auto changes = log_.planned(steps);
  Applier(world_, options_).apply(plan, changes);
  log_.add(changes);
  return failure_in(changes);
}

std::optional<ReleaseFailure> RolloutRun::apply(AccompaniedSteps& steps) {
  std::vector<std::vector<Change>> changes;
  for (const auto& plan : steps.plans)
    changes.push_back(log_.planned(plan.steps));
  std::vector<PlanChanges> plans;
  for (std::size_t i = 0; i < changes.size(); ++i)
    plans.push_back({.plan = &steps.plans[i], .changes = &changes[i]});
  Applier applier(world_, options_);
  std::optional<ReleaseFailure> failed;
  for (const auto& wave : steps.waves) {
    log_.begin_step();
    for (const auto& [place, after] : wave) {
      auto& change = changes[place.plan][place.step];
      change.turn = log_.step();
      if (failed) change.result = StepResult::skipped;
      if (!failed) tell(change.step);
    }
    if (failed) continue;
    apply_wave(wave, plans, applier);
    for (const auto& each : changes) {
      if (!failed) failed = failure_in(each);
    }
  }
  for (const auto& each : changes)
    log_.add(each);
  return failed;
}

std::optional<ReleaseFailure> RolloutRun::run(const RolloutGoal& goal,
                                              ReleaseView view,
                                              const RolloutGates& gates) {
  gates_ = gates;
  standings_.clear();
  last_view_ = view;
  for (bool is_first = true;; is_first = false) {
    const auto batch = next_batch(goal, view.look);
    if (!batch) return ReleaseFailure{.error = batch.error()};
    // What an earlier run has renewed must be well before anything else.
    RolloutBatch before{.steps = {}, .renewed = renewed_before(*batch)};
    // Canaries that it left are watched again, for nobody knows how long they were.
    before.completes_canaries = !batch->is_end && before.renewed.size() <= goal.limits.canary;
    const bool goes_on = is_first && !before.renewed.empty() && !only_launches(*batch);
    has_reached_goal_ = batch->is_cleanup && !goes_on;
    if (auto failed = turn(goal, goes_on ? before : *batch, view)) return failed;
    if (batch->is_end && !goes_on) return std::nullopt;
  }
}

std::optional<ReleaseFailure> RolloutRun::turn(const RolloutGoal& goal,
                                               const RolloutBatch& batch,
                                               ReleaseView& view) {
  auto& look = view.look;
  // What was seen before a change isn't told as what is there after it.
  if (!batch.steps.empty()) last_view_.reset();
  const auto outgoing =
      look.outgoing ? std::optional(look.outgoing->service) : std::optional<Service>();
  auto all = accompanied(batch, goal, outgoing, view.companions);
  if (!all) return ReleaseFailure{.error = all.error()};
  std::vector<Step> steps;
  for (auto& accompanied : *all) {
    if (auto failed = apply(accompanied)) return failed;
    for (const auto& plan : accompanied.plans)
      steps.insert(steps.end(), plan.steps.begin(), plan.steps.end());
  }
  for (const auto& step : batch.steps)
    look.restarted.insert(step.unit);
  if (batch.renewed.empty() && steps.empty()) return std::nullopt;
  auto goals = goals_after(batch, goal, look, gates_.answers);
  for (auto& sidekick : sidekick_goals_after(batch, steps, view.companions))
    goals.push_back(std::move(sidekick));
  return await(batch, std::move(goals), view);
}

std::optional<ReleaseFailure> RolloutRun::await(const RolloutBatch& batch,
                                                std::vector<Goal> goals,
                                                ReleaseView& view) {
  Patience patience{.well = gates_.settle};
  if (starts_something(batch)) patience.well += gates_.pause_between;
  if (batch.completes_canaries) patience.well += gates_.canary_time;
  const auto timeout = options_.timeout + patience.well;
  const auto ends =
      Waiter(world_, patience, gates_.check).wait(goals, timeout, std::move(standings_));
  standings_.clear();
  for (const auto& end : ends)
    standings_.push_back(end.standing);
  const auto is_whole = [](const WaitEnd& end) { return end.snapshot && !end.error; };
  last_view_.reset();
  if (std::ranges::all_of(ends, is_whole)) {
    auto end = ends.begin();
    view.look.service = *end++->snapshot;
    if (view.look.outgoing) view.look.outgoing = *end++->snapshot;
    for (auto& companion : view.companions)
      companion.sidekick = *end++->snapshot;
    last_view_ = view;
    for (const auto& each : ends)
      log_.locate(*each.snapshot, machines());
  }
  log_.end_wait();
  // One that fails while the last spares go is no good version, though all had their text.
  if (has_unwell(batch.renewed, ends.front())) has_reached_goal_ = false;
  return judge(ends, goals);
}

const std::vector<Machine>& RolloutRun::machines() {
  // Only for the words of the answer: without them it has machine ids alone.
  if (machines_.empty()) machines_ = world_.fleet.machines().value_or(std::vector<Machine>{});
  return machines_;
}

std::optional<ReleaseFailure> RolloutRun::judge(const std::vector<WaitEnd>& ends,
                                                const std::vector<Goal>& goals) {
  if (world_.stop.requested()) return stopped_by_signal();
  // One that has failed ended the wait, and the others had no more time.
  for (const bool only_ended : {true, false}) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const bool has_ended = ends[i].error || ends[i].verdict != Verdict::waiting;
      if (only_ended && !has_ended) continue;
      if (auto failed = failure_of(ends[i], goals[i])) return failed;
    }
  }
  return std::nullopt;
}

std::optional<ReleaseFailure> RolloutRun::failure_of(const WaitEnd& end, const Goal& goal) {
  if (end.error) return ReleaseFailure{.status = status_of(end.error->kind), .error = *end.error};
  if (end.verdict == Verdict::converged) return std::nullopt;
  const auto why = explain_standing(end.standing, machines());
  const auto fail = [&](ScaleStatus status, ErrorKind kind, std::string_view what) {
    return ReleaseFailure{
        .status = status,
        .error = {.kind = kind,
                  .message = fmt::format("{} {}: {}", goal.service.display_name(), what, why)}};
  };
  switch (end.verdict) {
    case Verdict::overridden:
      return fail(
          ScaleStatus::overridden, ErrorKind::refused, "was changed by somebody else meanwhile");
    case Verdict::failed:
      return fail(ScaleStatus::failed, ErrorKind::refused, "is not well");
    case Verdict::waiting:
    case Verdict::converged:
      break;
  }
  return fail(ScaleStatus::timed_out, ErrorKind::timed_out, "did not become well in time");
}

}  // namespace scale_fleet
