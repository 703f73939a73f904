#include "scale_fleet/commands/scale_command.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "commands/explain.hpp"
#include "commands/scale_work_item.hpp"
#include "scale_fleet/commands/applier.hpp"
#include "scale_fleet/commands/observe.hpp"
#include "scale_fleet/commands/waiter.hpp"

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
  std::vector<ScaleWorkItem> items;
  for (const auto& request : requests)
    items.emplace_back(request);
  ScaleReport report;
  report.error = prepare(items);
  if (!report.error && !options_.dry_run) change(items);
  world_.progress.settle();
  for (auto& item : items)
    report.services.push_back(std::move(item.report));
  report.status = overall_status(report);
  return report;
}

std::optional<Error> ScaleCommand::prepare(std::vector<ScaleWorkItem>& items) {
  std::optional<Error> first_error;
  for (auto& item : items) {
    item.look_and_plan(world_.fleet);
    if (item.report.error && !first_error) first_error = item.report.error;
    if (!item.plan) continue;
    for (const auto& notice : item.plan->notices)
      world_.progress.warn(notice);
    for (const auto& step : item.plan->steps) {
      world_.progress.detail(
          fmt::format("{} {}: {}", to_string(step.action), step.unit, step.reason));
    }
  }
  // All or none: where one wish can't be met, no other is begun.
  if (first_error) {
    for (auto& item : items)
      item.skip_all();
  }
  return first_error;
}

void ScaleCommand::change(std::vector<ScaleWorkItem>& items) {
  std::vector<ScaleWorkItem*> waiting;
  for (auto& item : items) {
    apply_in_batches(item);
    if (!item.has_ended) waiting.push_back(&item);
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

void ScaleCommand::apply_in_batches(ScaleWorkItem& item) {
  Applier applier(world_, options_);
  auto& changes = item.report.changes;
  const auto size = options_.batch.value_or(std::max<std::size_t>(changes.size(), 1));
  for (std::size_t begin = 0; begin < changes.size(); begin += size) {
    const auto end = std::min(begin + size, changes.size());
    applier.apply(*item.plan, std::span(changes).subspan(begin, end - begin));
    if (world_.stop.requested()) return item.skip_unbegun();
    if (end == changes.size()) return;
    const auto ends = Waiter(world_).wait({item.goal_so_far()}, options_.timeout);
    const bool is_well = ends.front().verdict == Verdict::converged;
    if (is_well && !item.has_failed_change()) continue;
    item.skip_unbegun();
    if (!is_well && !world_.stop.requested())
      item.conclude(ends.front(), false, machines_for(ends));
    return;
  }
}

}  // namespace scale_fleet
