#include "commands/stopping.hpp"

#include <set>

#include <fmt/format.h>

#include "commands/unit_watch.hpp"

namespace scale_fleet {
namespace {

std::string_view purpose(const Step& step) {
  return step.action == Action::replace ? "replaced" : "destroyed";
}

/// Of one that was told to stop.
Error stays_loaded(const Step& step, Error why) {
  why.message = fmt::format("{} was set to loaded, to stop before it is {}, and stays so: {}",
                            step.unit,
                            purpose(step),
                            why.message);
  return why;
}

/// Of one that is gone from Fleet, and not from its machine.
Error still_runs(const Step& step, Error why) {
  why.message = fmt::format(
      "{} isn't in Fleet any more, and its machine still runs it: {}", step.unit, why.message);
  return why;
}

/// Fleet refuses to set the state of a unit that it doesn't have.
bool is_absent(FleetApi& fleet, const std::string& unit, const Error& refusal) {
  if (refusal.kind != ErrorKind::refused) return false;
  const auto stored = fleet.unit(unit);
  return stored && !*stored;
}

/// Those that are on their way to a stop; the absent ones without having been told.
struct Stopping {
  std::vector<Change*> changes;
  std::set<const Change*> absent;
};

Stopping tell_to_stop(const ChangeRun& run,
                      const std::vector<Change*>& changes,
                      const StopEnds& ends) {
  std::vector<Write> writes;
  for (const auto* change : changes) {
    auto write = run.write(change->step, Write::Kind::set_state);
    write.state = JobState::loaded;
    writes.push_back(std::move(write));
  }
  Stopping stopping;
  std::vector<std::pair<Change*, Error>> refused;
  run.world.fleet.perform(writes, run.parallel, [&](const WriteEnd& end) {
    auto* change = changes[end.index];
    switch (end.result) {
      case WriteEnd::Result::done:
        stopping.changes.push_back(change);
        run.world.progress.tell(
            fmt::format("{}: stopping, to be {} then", change->step.unit, purpose(change->step)));
        return;
      case WriteEnd::Result::failed:
        refused.emplace_back(change, *end.error);
        return;
      case WriteEnd::Result::skipped:
        ends.on_failure(*change, StepResult::skipped, std::nullopt);
    }
  });
  for (auto& [change, error] : refused) {
    if (is_absent(run.world.fleet, change->step.unit, error)) {
      stopping.changes.push_back(change);
      stopping.absent.insert(change);
    } else {
      ends.on_failure(*change, StepResult::failed, std::move(error));
    }
  }
  return stopping;
}

}  // namespace

void stop_units(const ChangeRun& run, const std::vector<Change*>& changes, const StopEnds& ends) {
  auto [stopping, absent] = tell_to_stop(run, changes, ends);
  const auto all_stopped = watch_units(
      run,
      stopping,
      {.is_ready = has_stopped, .on_ready = ends.on_stopped, .delay = "it had not stopped"});
  if (all_stopped) return;
  for (auto* change : stopping) {
    const auto tell = absent.contains(change) ? still_runs : stays_loaded;
    ends.on_failure(*change, StepResult::failed, tell(change->step, all_stopped.error()));
  }
}

Error error_after_stop(const Step& step, const WriteEnd& end) {
  if (end.result == WriteEnd::Result::skipped) return stays_loaded(step, interruption());
  auto error = *end.error;
  error.message += "; before, it was set to loaded and stopped";
  return error;
}

}  // namespace scale_fleet
