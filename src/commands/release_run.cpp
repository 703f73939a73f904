#include "commands/release_run.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "commands/explain.hpp"
#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

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

ReleaseProgress RolloutRun::apply(const std::vector<Step>& steps) {
  log_.begin_step();
  std::map<std::size_t, std::vector<Step>> by_service;
  for (const auto& step : steps) {
    world_.progress.tell(fmt::format(
        "step {}: {} {}: {}", log_.step(), to_string(step.action), step.unit, step.reason));
    by_service[log_.service_of(step.unit)].push_back(step);
  }
  ReleaseProgress failure;
  for (const auto& [service, its_steps] : by_service) {
    const ScalePlan plan{.service = log_.services()[service]};
    auto changes = log_.planned(its_steps);
    Applier(world_, options_).apply(plan, changes);
    log_.add(changes);
    const auto failed = std::ranges::find_if(
        changes, [](const Change& change) { return change.error.has_value(); });
    if (failed == changes.end() || failure) continue;
    failure = ReleaseFailure{.status = status_of(failed->error->kind), .error = *failed->error};
  }
  if (world_.stop.requested()) return stopped_by_signal();
  return failure;
}

ReleaseProgress RolloutRun::run(const RolloutGoal& goal,
                                RolloutLook look,
                                const RolloutGates& gates) {
  gates_ = gates;
  standings_.clear();
  last_look_ = look;
  for (bool is_first = true;; is_first = false) {
    auto batch = next_batch(goal, look);
    if (!batch) return ReleaseFailure{.error = batch.error()};
    // What an earlier run has renewed must be well before anything else.
    const auto before = renewed_before(*batch);
    if (is_first && !before.empty() && !only_launches(*batch)) {
      const RolloutBatch nothing{.steps = {}, .renewed = before};
      if (auto failed = await(goal, nothing, look)) return failed;
      continue;
    }
    if (batch->steps.empty()) return std::nullopt;
    if (auto failed = apply(batch->steps)) return failed;
    for (const auto& step : batch->steps)
      look.restarted.insert(step.unit);
    if (auto failed = await(goal, *batch, look)) return failed;
  }
}

Goal RolloutRun::goal_for(const RolloutGoal& goal,
                          const RolloutBatch& batch,
                          const ServiceSnapshot& side) {
  // Without states nobody could say who may go next.
  Goal wait{.service = side.service, .kept = {}, .destroyed = {}, .needs_all_states = true};
  const bool is_wanted_side = side.service == goal.service;
  if (is_wanted_side) {
    wait.kept = batch.renewed;
    wait.answers = gates_.answers;
  }
  for (const auto& unit : wait.kept) {
    const auto number = *instance_number(side.service, unit);
    const auto wanted = goal.wanted.find(number);
    const auto& text = wanted == goal.wanted.end() ? goal.spare_text : wanted->second;
    wait.texts[unit] = unit_hash(*text);
  }
  for (const auto& step : batch.steps) {
    if (step.action == Action::destroy && instance_number(side.service, step.unit)) {
      wait.destroyed.push_back(step.unit);
    }
  }
  const std::set<std::string_view> known(wait.kept.begin(), wait.kept.end());
  for (const auto& instance : side.instances) {
    const auto& name = instance.unit.name;
    const bool goes = std::ranges::find(wait.destroyed, name) != wait.destroyed.end();
    if (!known.contains(name) && !goes) wait.disregarded.push_back(name);
  }
  return wait;
}

ReleaseProgress RolloutRun::await(const RolloutGoal& goal,
                                  const RolloutBatch& batch,
                                  RolloutLook& look) {
  std::vector<Goal> goals{goal_for(goal, batch, look.service)};
  if (look.outgoing) goals.push_back(goal_for(goal, batch, *look.outgoing));
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
  last_look_.reset();
  if (std::ranges::all_of(ends, is_whole)) {
    look.service = *ends.front().snapshot;
    if (look.outgoing) look.outgoing = *ends.back().snapshot;
    last_look_ = look;
    for (const auto& end : ends)
      log_.locate(*end.snapshot, machines());
  }
  return judge(ends, goals);
}

const std::vector<Machine>& RolloutRun::machines() {
  // Only for the words of the answer: without them it has machine ids alone.
  if (machines_.empty()) machines_ = world_.fleet.machines().value_or(std::vector<Machine>{});
  return machines_;
}

ReleaseProgress RolloutRun::judge(const std::vector<WaitEnd>& ends,
                                  const std::vector<Goal>& goals) {
  if (world_.stop.requested()) return stopped_by_signal();
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto& end = ends[i];
    if (end.error) return ReleaseFailure{.status = status_of(end.error->kind), .error = *end.error};
    if (end.verdict == Verdict::converged) continue;
    const auto why = explain_standing(end.standing, machines());
    const auto name = goals[i].service.display_name();
    switch (end.verdict) {
      case Verdict::overridden:
        return ReleaseFailure{
            .status = ScaleStatus::overridden,
            .error = {.kind = ErrorKind::refused,
                      .message =
                          fmt::format("{} was changed by somebody else meanwhile: {}", name, why)}};
      case Verdict::failed:
        return ReleaseFailure{.status = ScaleStatus::failed,
                              .error = {.kind = ErrorKind::refused,
                                        .message = fmt::format("{} is not well: {}", name, why)}};
      case Verdict::waiting:
      case Verdict::converged:
        break;
    }
    return ReleaseFailure{
        .status = ScaleStatus::timed_out,
        .error = {.kind = ErrorKind::timed_out,
                  .message = fmt::format("{} did not become well in time: {}", name, why)}};
  }
  return std::nullopt;
}

}  // namespace scale_fleet
