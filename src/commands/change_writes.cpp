#include "commands/change_writes.hpp"

#include "commands/replacement.hpp"
#include "commands/stopping.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

Write::Kind kind_of(Action action) {
  switch (action) {
    case Action::create:
      return Write::Kind::create;
    case Action::launch:
      return Write::Kind::set_state;
    case Action::replace:
      return Write::Kind::replace;
    case Action::destroy:
      break;
  }
  return Write::Kind::destroy;
}

/// A change whose write is next.
struct Due {
  Change* change = nullptr;
  bool is_stopped = false;   ///< It was set to loaded for this, and stays so otherwise.
  bool has_options = false;  ///< It is known to be made of the options that it shall be made of.
};

std::vector<Due> due(const std::vector<Change*>& changes) {
  std::vector<Due> all;
  all.reserve(changes.size());
  for (auto* change : changes)
    all.push_back({.change = change});
  return all;
}

/// Sends them, and ends each change but for the replacements that are to be verified: those.
std::vector<Change*> send(const ChangeRun& run, const std::vector<Due>& changes) {
  std::vector<Write> writes;
  writes.reserve(changes.size());
  for (const auto& each : changes)
    writes.push_back(run.write(each.change->step, kind_of(each.change->step.action)));
  std::vector<Change*> replaced;
  run.world.fleet.perform(writes, run.parallel, [&](const WriteEnd& end) {
    const auto& [change, is_stopped, has_options] = changes[end.index];
    if (end.result == WriteEnd::Result::done) {
      const bool is_replaced = change->step.action == Action::replace && !has_options;
      if (is_replaced) return replaced.push_back(change);
      return run.end(*change, StepResult::done);
    }
    if (is_stopped)
      return run.end(*change, StepResult::failed, error_after_stop(change->step, end));
    const bool is_skipped = end.result == WriteEnd::Result::skipped;
    run.end(*change, is_skipped ? StepResult::skipped : StepResult::failed, end.error);
  });
  return replaced;
}

}  // namespace

void write_changes(const ChangeRun& run, const std::vector<Change*>& changes) {
  ensure_replaced(run, send(run, due(changes)));
}

void write_when_stopped(const ChangeRun& run, const std::vector<Change*>& changes) {
  std::vector<Change*> replaced;
  const auto on_stopped = [&](const std::vector<Change*>& stopped, const UnitsAndStates& look) {
    auto next = due(stopped);
    for (auto& each : next) {
      const auto* unit = look.find(each.change->step.unit);
      each.is_stopped = unit != nullptr;
      each.has_options = unit != nullptr && each.change->step.action == Action::replace &&
                         unit_hash(unit->options) == unit_hash(*run.options_of(each.change->step));
    }
    const auto sent = send(run, next);
    replaced.insert(replaced.end(), sent.begin(), sent.end());
  };
  stop_units(run,
             changes,
             {.on_stopped = on_stopped,
              .on_failure = [&](Change& change, StepResult result, std::optional<Error> error) {
                run.end(change, result, std::move(error));
              }});
  ensure_replaced(run, replaced);
}

}  // namespace scale_fleet
