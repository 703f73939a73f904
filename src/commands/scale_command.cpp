#include "scale_fleet/commands/scale_command.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "commands/scale_group.hpp"
#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/commands/waiter.hpp"
#include "scale_fleet/core/sidekicks.hpp"

namespace scale_fleet {
namespace {

/// A signal ended the wait: one that had come to its end before is reported as it ended.
void conclude_stopped(ScaleWorkItem& item, const WaitEnd& end) {
  if (end.verdict == Verdict::waiting) {
    item.conclude_interrupted();
  } else {
    item.conclude(end, false, {});
  }
}

}  // namespace

ScaleReport ScaleCommand::run(const std::vector<ScaleRequest>& requests) {
  if (std::ranges::any_of(requests, &ScaleRequest::find_sidekicks))
    throw std::invalid_argument("sidekicks are to be found before services are scaled");
  std::vector<ScaleGroup> groups;
  groups.reserve(requests.size());
  for (const auto& request : requests)
    groups.emplace_back(request);
  ScaleReport report;
  if (auto fine = check_sidekicks(requests); !fine) {
    report.error = fine.error();
  } else {
    report.error = prepare(groups);
    if (!report.error && !options_.dry_run) change(groups);
  }
  world_.progress.settle();
  for (auto& group : groups) {
    for (auto& item : group.items)
      report.services.push_back(std::move(item.report));
  }
  report.status = overall_status(report);
  return report;
}

std::optional<Error> ScaleCommand::prepare(std::vector<ScaleGroup>& groups) {
  std::optional<Error> first_error;
  for (auto& group : groups) {
    const auto error = group.look_and_plan(world_.fleet, options_.batch);
    if (!first_error) first_error = error;
    for (const auto& item : group.items) {
      if (!item.plan) continue;
      for (const auto& notice : item.plan->notices)
        world_.progress.warn(notice);
    }
    for (const auto& step : group.steps()) {
      world_.progress.detail(
          fmt::format("{} {}: {}", to_string(step.action), step.unit, step.reason));
    }
  }
  if (options_.each_for_itself) return std::nullopt;
  // All or none: where one wish can't be met, no other is begun.
  if (first_error) {
    for (auto& group : groups) {
      for (auto& item : group.items)
        item.skip_all();
    }
  }
  return first_error;
}

void ScaleCommand::change(std::vector<ScaleGroup>& groups) {
  std::vector<ScaleWorkItem*> waiting;
  for (auto& group : groups) {
    if (group.skip_unplanned()) continue;
    apply_in_batches(group);
    for (auto& item : group.items) {
      if (!item.has_ended) waiting.push_back(&item);
    }
  }
  if (world_.stop.requested()) {
    for (auto* item : waiting)
      item->conclude_interrupted();
    return;
  }
  std::vector<Goal> goals;
  for (const auto* item : waiting)
    goals.push_back(item->goal(!options_.no_block));
  const auto ends = Waiter(world_).wait(goals, options_.timeout);
  if (world_.stop.requested()) {
    for (std::size_t i = 0; i < waiting.size(); ++i)
      conclude_stopped(*waiting[i], ends[i]);
    return;
  }
  const auto machines = machines_for(ends);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    waiting[i]->conclude(ends[i], options_.no_block, machines);
  }
}

std::vector<Machine> ScaleCommand::machines_for(const std::vector<WaitEnd>& ends) {
  // Only for the words of the answer: a Fleet that doesn't answer isn't asked for another minute,
  // and where Fleet has accepted everything no machine is named.
  const bool answers =
      std::ranges::none_of(ends, [](const WaitEnd& end) { return end.error.has_value(); });
  const bool names_machines =
      !options_.no_block || std::ranges::any_of(ends, [](const WaitEnd& end) {
        return end.verdict != Verdict::converged;
      });
  if (!answers || !names_machines || ends.empty()) return {};
  return world_.fleet.machines().value_or(std::vector<Machine>{});
}

void ScaleCommand::apply_in_batches(ScaleGroup& group) {
  Applier applier(world_, options_);
  for (const auto& batch : group.batches()) {
    for (const auto& wave : batch)
      group.apply(wave, applier);
    if (world_.stop.requested()) return group.skip_unbegun();
    if (&batch == &group.batches().back()) return group.explain_left_out({});
    const auto ends = Waiter(world_).wait(group.goals_so_far(), options_.timeout);
    const bool is_well = std::ranges::all_of(
        ends, [](const WaitEnd& end) { return end.verdict == Verdict::converged; });
    if (is_well && !group.has_failed_change()) continue;
    group.skip_unbegun();
    group.explain_left_out(ends);
    if (is_well || world_.stop.requested()) return;
    const auto machines = machines_for(ends);
    for (std::size_t i = 0; i < ends.size(); ++i)
      group.items[i].conclude(ends[i], false, machines);
    return;
  }
}

}  // namespace scale_fleet
