#include "scale_fleet/commands/applier.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "commands/change_run.hpp"
#include "commands/change_writes.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

std::string_view past_tense(Action action) {
  switch (action) {
    case Action::create:
      return "created";
    case Action::launch:
      return "launched";
    case Action::destroy:
      return "destroyed";
    case Action::replace:
      return "replaced";
  }
  return "";
}

}  // namespace

void Applier::apply(const ScalePlan& plan, std::span<Change> changes) {
  std::vector<Change*> templates;
  std::vector<Change*> at_once;
  std::vector<Change*> stop_first;
  for (auto& change : changes) {
    if (is_template_name(change.step.unit)) {
      templates.push_back(&change);
    } else if (change.step.stop_first) {
      stop_first.push_back(&change);
    } else {
      at_once.push_back(&change);
    }
  }
  const auto started = world_.clock.now();
  ProgressMeter meter{
      .label = plan.service.display_name(), .total = changes.size(), .remark = "accepted by Fleet"};
  const auto on_end = [&](const Change& change) {
    ++meter.done;
    meter.elapsed = world_.clock.now() - started;
    world_.progress.meter(meter);
    if (change.result == StepResult::done) {
      world_.progress.tell(fmt::format("{}: {}", change.step.unit, past_tense(change.step.action)));
    } else if (change.error) {
      world_.progress.warn(change.error->message);
    }
  };
  if (!changes.empty()) world_.progress.meter(meter);
  const ChangeRun run{.world = world_,
                      .timeout = options_.timeout,
                      .parallel = options_.parallel,
                      .name_prefix = plan.service.name_prefix(),
                      .options = std::make_shared<const UnitOptions>(plan.options),
                      .on_end = on_end};
  write_changes(run, templates);
  const bool has_template = std::ranges::all_of(
      templates, [](const Change* change) { return change->result == StepResult::done; });
  if (has_template && !world_.stop.requested()) {
    write_changes(run, at_once);
    write_when_stopped(run, stop_first);
    return;
  }
  for (auto& change : changes) {
    if (change.result == StepResult::planned) run.end(change, StepResult::skipped);
  }
}

}  // namespace scale_fleet
