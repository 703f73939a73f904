#include "scale_fleet/commands/applier.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "scale_fleet/commands/waiter.hpp"
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

Write to_write(const Step& step, const std::shared_ptr<const UnitOptions>& options) {
  // A template is stored and never started: systemd can't run it, and Fleet would schedule it.
  const auto state = is_template_name(step.unit) ? JobState::inactive : JobState::launched;
  switch (step.action) {
    case Action::create:
      return {.kind = Write::Kind::create, .unit = step.unit, .state = state, .options = options};
    case Action::replace:
      return {.kind = Write::Kind::replace, .unit = step.unit, .state = state, .options = options};
    case Action::launch:
      return {.kind = Write::Kind::set_state, .unit = step.unit, .state = state};
    case Action::destroy:
      break;
  }
  return {.kind = Write::Kind::destroy, .unit = step.unit};
}

bool has_stopped(const std::string& unit, const std::vector<UnitState>& states) {
  return std::ranges::none_of(states, [&](const UnitState& state) {
    return state.unit == unit && state.active != "inactive" && state.active != "failed";
  });
}

/// For units that were told to stop, and can't be said to be untouched any more.
Error stays_loaded(const std::string& unit, ErrorKind kind, std::string_view why) {
  return {.kind = kind,
          .message = fmt::format(
              "{} was set to loaded, to stop before it is destroyed, and stays so: {}", unit, why)};
}

constexpr std::string_view by_a_signal = "interrupted by a signal";

void mark(const std::vector<Change*>& changes,
          StepResult result,
          const std::optional<Error>& error) {
  for (auto* change : changes) {
    change->result = result;
    change->error = error;
  }
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
  perform(plan, templates);
  const bool has_template = std::ranges::all_of(
      templates, [](const Change* change) { return change->result == StepResult::done; });
  if (!has_template || world_.stop.requested()) {
    mark(at_once, StepResult::skipped, std::nullopt);
    mark(stop_first, StepResult::skipped, std::nullopt);
    return;
  }
  perform(plan, at_once);
  stop_units(stop_first);
  world_.fleet.repeat_reads_until(world_.clock.now() + options_.timeout);
  wait_until_stopped(plan, stop_first);
  world_.fleet.repeat_reads_until(std::nullopt);
}

void Applier::perform(const ScalePlan& plan, const std::vector<Change*>& changes) {
  const auto options = std::make_shared<const UnitOptions>(plan.options);
  std::vector<Write> writes;
  for (const auto* change : changes)
    writes.push_back(to_write(change->step, options));
  const auto started = world_.clock.now();
  ProgressMeter meter{
      .label = plan.service.display_name(), .total = writes.size(), .remark = "accepted by Fleet"};
  if (!writes.empty()) world_.progress.meter(meter);
  world_.fleet.perform(writes, options_.parallel, [&](const WriteEnd& end) {
    auto& change = *changes[end.index];
    ++meter.done;
    meter.elapsed = world_.clock.now() - started;
    world_.progress.meter(meter);
    change.error = end.error;
    switch (end.result) {
      case WriteEnd::Result::done:
        change.result = StepResult::done;
        world_.progress.tell(
            fmt::format("{}: {}", change.step.unit, past_tense(change.step.action)));
        break;
      case WriteEnd::Result::failed:
        change.result = StepResult::failed;
        world_.progress.warn(end.error->message);
        break;
      case WriteEnd::Result::skipped:
        change.result = StepResult::skipped;
        break;
    }
  });
}

void Applier::stop_units(std::vector<Change*>& changes) {
  std::vector<Write> writes;
  for (const auto* change : changes) {
    writes.push_back(
        {.kind = Write::Kind::set_state, .unit = change->step.unit, .state = JobState::loaded});
  }
  std::vector<Change*> stopping;
  world_.fleet.perform(writes, options_.parallel, [&](const WriteEnd& end) {
    auto* change = changes[end.index];
    if (end.result == WriteEnd::Result::done) {
      stopping.push_back(change);
      world_.progress.tell(fmt::format("{}: stopping, to be destroyed then", change->step.unit));
      return;
    }
    const bool failed = end.result == WriteEnd::Result::failed;
    change->result = failed ? StepResult::failed : StepResult::skipped;
    change->error = end.error;
    if (failed) world_.progress.warn(end.error->message);
  });
  changes = std::move(stopping);
}

void Applier::destroy_stopped(const ScalePlan& plan, const std::vector<Change*>& stopped) {
  perform(plan, stopped);
  for (auto* change : stopped) {
    // Its destruction was skipped, not the change: it was set to loaded.
    if (change->result != StepResult::skipped) continue;
    change->result = StepResult::failed;
    change->error = stays_loaded(change->step.unit, ErrorKind::interrupted, by_a_signal);
  }
}

void Applier::wait_until_stopped(const ScalePlan& plan, std::vector<Change*>& stopping) {
  const auto fail_all = [&](ErrorKind kind, std::string_view why) {
    for (auto* change : stopping) {
      change->result = StepResult::failed;
      change->error = stays_loaded(change->step.unit, kind, why);
      world_.progress.warn(change->error->message);
    }
  };
  const auto started = world_.clock.now();
  ProgressMeter meter{.label = plan.service.display_name(),
                      .total = stopping.size(),
                      .remark = "stopped and destroyed"};
  // Each turn: look who has stopped, destroy those, wait a little for the others.
  while (!stopping.empty()) {
    const auto asked = world_.clock.now();
    const auto states = world_.fleet.states(plan.service.name_prefix());
    if (!states) return fail_all(states.error().kind, states.error().message);
    const auto now = world_.clock.now();
    const auto first_running =
        std::stable_partition(stopping.begin(), stopping.end(), [&](const Change* change) {
          return has_stopped(change->step.unit, *states);
        });
    destroy_stopped(plan, {stopping.begin(), first_running});
    stopping.erase(stopping.begin(), first_running);
    meter.done = meter.total - stopping.size();
    meter.elapsed = now - started;
    world_.progress.meter(meter);
    if (stopping.empty()) return;
    if (world_.stop.requested()) return fail_all(ErrorKind::interrupted, by_a_signal);
    if (now - started >= options_.timeout) {
      return fail_all(ErrorKind::timed_out, "it had not stopped when the time for waiting ran out");
    }
    world_.clock.wait_until(now + delay_between_looks(now - started, now - asked));
  }
}

}  // namespace scale_fleet
