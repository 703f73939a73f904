#include "commands/recreation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "commands/stopping.hpp"
#include "commands/unit_watch.hpp"
#include "scale_fleet/core/unit_name.hpp"

namespace scale_fleet {
namespace {

Error not_destroyed(const Step& step, Error why) {
  why.message = fmt::format(
      "{} must be destroyed and created again, since this Fleet ignores new options of a unit that "
      "it has: {}",
      step.unit,
      why.message);
  return why;
}

Error not_created(const Step& step, Error why) {
  why.message = fmt::format(
      "{} was destroyed, to be created again with its new text, and that wasn't done: {}",
      step.unit,
      why.message);
  return why;
}

/// `on_end` hears of each change, and of how its write ended.
template <typename OnEnd>
void write_all(const ChangeRun& run,
               const std::vector<Change*>& changes,
               Write::Kind kind,
               const OnEnd& on_end) {
  std::vector<Write> writes;
  writes.reserve(changes.size());
  for (const auto* change : changes)
    writes.push_back(run.write(change->step, kind));
  run.world.fleet.perform(
      writes, run.parallel, [&](const WriteEnd& end) { on_end(*changes[end.index], end); });
}

}  // namespace

void Recreation::run(const std::vector<Change*>& changes) {
  std::vector<Change*> at_once;
  std::vector<Change*> stop_first;
  for (auto* change : changes) {
    run_.world.progress.tell(fmt::format(
        "{}: this Fleet ignores its new options; it is to be destroyed and created again",
        change->step.unit));
    (change->step.stop_first ? stop_first : at_once).push_back(change);
  }
  destroy(at_once);
  stop(stop_first);
  create_when_gone();
}

void Recreation::stop(const std::vector<Change*>& changes) {
  const auto on_failure = [this](Change& change, StepResult, const std::optional<Error>& error) {
    run_.end(
        change, StepResult::failed, not_destroyed(change.step, error.value_or(interruption())));
  };
  stop_units(run_,
             changes,
             {.on_stopped = [this](const auto& stopped, const auto&) { destroy(stopped); },
              .on_failure = on_failure});
}

void Recreation::destroy(const std::vector<Change*>& changes) {
  write_all(run_, changes, Write::Kind::destroy, [this](Change& change, const WriteEnd& end) {
    if (end.result == WriteEnd::Result::done) return destroyed_.push_back(&change);
    const auto why = change.step.stop_first ? error_after_stop(change.step, end)
                                            : end.error.value_or(interruption());
    run_.end(change, StepResult::failed, not_destroyed(change.step, why));
  });
}

void Recreation::create_when_gone() {
  // A template runs nowhere: there is nothing to wait for.
  const auto instances =
      std::stable_partition(destroyed_.begin(), destroyed_.end(), [](const Change* change) {
        return is_template_name(change->step.unit);
      });
  std::vector<Change*> vanishing(instances, destroyed_.end());
  create({destroyed_.begin(), instances});
  const auto all_gone =
      watch_units(run_,
                  vanishing,
                  {.is_ready = is_gone,
                   .on_ready = [this](const auto& gone, const auto&) { create(gone); },
                   .delay = "its machine had not taken it down"});
  if (all_gone) return;
  for (auto* change : vanishing)
    run_.end(*change, StepResult::failed, not_created(change->step, all_gone.error()));
}

void Recreation::create(const std::vector<Change*>& changes) {
  write_all(run_, changes, Write::Kind::create, [this](Change& change, const WriteEnd& end) {
    if (end.result == WriteEnd::Result::done) return run_.end(change, StepResult::done);
    const auto why = end.error.value_or(interruption());
    run_.end(change, StepResult::failed, not_created(change.step, why));
  });
}

}  // namespace scale_fleet
