#include "commands/scale_work_item.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/explain.hpp"
#include "scale_fleet/core/release_record.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/fleet/unit_hash.hpp"

namespace scale_fleet {
namespace {

InstanceCount count_of(const ServiceSnapshot& snapshot) {
  return static_cast<InstanceCount>(snapshot.instances.size());
}

/// The worst that befell a single change.
std::optional<ScaleStatus> status_of_changes(const std::vector<Change>& changes) {
  std::optional<ScaleStatus> worst;
  for (const auto& change : changes) {
    if (change.result != StepResult::failed) continue;
    const auto status = change.error ? status_of(change.error->kind) : ScaleStatus::failed;
    worst = worst ? std::max(*worst, status) : status;
  }
  return worst;
}

}  // namespace

ScaleWorkItem::ScaleWorkItem(Service its_service) : service(std::move(its_service)) {
  report.service = service.display_name();
}

void ScaleWorkItem::look_and_plan(FleetApi& fleet, const Planning& planning) {
  const auto snapshot = observe(fleet, service, planning.needs_states);
  if (!snapshot) return conclude_failed(snapshot.error());
  report.before = report.after = count_of(*snapshot);
  report.left_alone = snapshot->left_alone;
  auto planned = planning.plan(*snapshot);
  if (!planned) return conclude_failed(planned.error());
  plan = std::move(*planned);
  if (plan->desired != plan->before) {
    if (auto ended = end_broken_off_release(fleet); !ended) return conclude_failed(ended.error());
  }
  report.desired = plan->desired;
  for (const auto& step : plan->steps)
    report.changes.push_back({.step = step});
  report.status = plan->steps.empty() ? ScaleStatus::unchanged : ScaleStatus::planned;
}

Outcome ScaleWorkItem::end_broken_off_release(FleetApi& fleet) {
  if (service.is_single()) return {};  // It has no releases.
  const auto mark = fleet.unit(mark_unit_name(service));
  if (!mark) return tl::unexpected(mark.error());
  if (!*mark || !kept_for(**mark)) return {};
  plan->notices.push_back(fmt::format(
      "a release of {0} is under way or was broken off; this count holds from now on, and the "
      "next release keeps it (scale-fleet status {0} shows what runs which text)",
      service.display_name()));
  plan->steps.push_back({.action = Action::destroy,
                         .unit = (*mark)->name,
                         .reason = "it tells of a count that no longer holds"});
  return {};
}

void ScaleWorkItem::conclude_failed(const Error& error) {
  report.error = error;
  report.status = status_of(error.kind);
  has_ended = true;
}

Goal ScaleWorkItem::goal(bool running) const {
  Goal goal{.service = service, .kept = {}, .destroyed = {}, .running = running};
  std::set<std::string_view> undone;
  std::set<std::string_view> to_come;
  for (const auto& change : report.changes) {
    if (change.result == StepResult::planned && change.step.action == Action::create)
      to_come.insert(change.step.unit);
  }
  for (const auto& change : report.changes) {
    if (change.result != StepResult::done) {
      undone.insert(change.step.unit);
      // One that is yet to be created must not be there: else it is somebody else's.
      if (!to_come.contains(change.step.unit)) goal.disregarded.push_back(change.step.unit);
    } else if (change.step.action == Action::destroy) {
      goal.destroyed.push_back(change.step.unit);
    } else if (change.step.action == Action::replace) {
      goal.texts[change.step.unit] = unit_hash(*change.step.options);
    }
  }
  std::ranges::copy_if(plan->kept, std::back_inserter(goal.kept), [&](const std::string& unit) {
    return !undone.contains(unit);
  });
  return goal;
}

Goal ScaleWorkItem::goal_so_far() const {
  auto whole = goal(true);
  std::set<std::string_view> changed;
  for (const auto& change : report.changes)
    changed.insert(change.step.unit);
  const auto others =
      std::stable_partition(whole.kept.begin(), whole.kept.end(), [&](const std::string& unit) {
        return changed.contains(unit);
      });
  whole.disregarded.insert(whole.disregarded.end(), others, whole.kept.end());
  whole.kept.erase(others, whole.kept.end());
  return whole;
}

bool ScaleWorkItem::has_failed_change() const {
  return std::ranges::any_of(
      report.changes, [](const Change& change) { return change.result == StepResult::failed; });
}

bool ScaleWorkItem::has_skipped_change() const {
  return std::ranges::any_of(
      report.changes, [](const Change& change) { return change.result == StepResult::skipped; });
}

void ScaleWorkItem::skip_all() {
  skip_unbegun();
  has_ended = true;
}

void ScaleWorkItem::skip_unbegun() {
  for (auto& change : report.changes) {
    if (change.result == StepResult::planned) change.result = StepResult::skipped;
  }
}

void ScaleWorkItem::conclude(const WaitEnd& end,
                             bool no_block,
                             const std::vector<Machine>& machines) {
  has_ended = true;
  report.after = std::nullopt;
  if (end.snapshot && !end.error) report.after = count_of(*end.snapshot);
  std::map<std::string_view, const UnitStanding*> standings;
  for (const auto& unit : end.standing.units)
    standings[unit.unit] = &unit;
  for (auto& change : report.changes) {
    const auto found = standings.find(change.step.unit);
    // Where the last look failed, the one before says nothing of now.
    const bool is_known = found != standings.end() && !end.error;
    if (is_known && !no_block && change.step.action != Action::destroy) {
      change.current_state = found->second->current_state.value_or(JobState::inactive);
      change.location = location_of(found->second->machine_id, machines);
    }
  }
  set_status(end, no_block);
  if (report.error) return;
  const auto why = explain_standing(end.standing, machines);
  const auto complain = [&](ErrorKind kind, std::string_view what) {
    report.error =
        Error{.kind = kind, .message = fmt::format("{} {}: {}", report.service, what, why)};
  };
  if (report.status == ScaleStatus::timed_out && !has_failed_change()) {
    complain(ErrorKind::timed_out, "is not yet as asked, and the time for waiting ran out");
  } else if (report.status == ScaleStatus::overridden) {
    complain(ErrorKind::refused, "was changed by somebody else meanwhile and left as it is");
  } else if (report.status == ScaleStatus::failed && !why.empty()) {
    complain(ErrorKind::refused, "is not well");
  }
}

void ScaleWorkItem::set_status(const WaitEnd& end, bool no_block) {
  const auto of_changes = status_of_changes(report.changes);
  if (end.error) {
    report.error = end.error;
    report.status = status_of(end.error->kind);
  } else {
    switch (end.verdict) {
      case Verdict::converged:
        report.status = report.changes.empty() ? ScaleStatus::unchanged
                        : no_block             ? ScaleStatus::accepted
                                               : ScaleStatus::converged;
        break;
      case Verdict::waiting:
        report.status = ScaleStatus::timed_out;
        break;
      case Verdict::failed:
        report.status = ScaleStatus::failed;
        break;
      case Verdict::overridden:
        report.status = ScaleStatus::overridden;
        break;
    }
  }
  if (of_changes) report.status = std::max(report.status, *of_changes);
  const bool seems_done = report.status <= ScaleStatus::accepted;
  if (!seems_done || !has_skipped_change()) return;
  report.status = held_back ? status_of(held_back->kind) : ScaleStatus::timed_out;
  report.error = held_back;
}

void ScaleWorkItem::conclude_interrupted() {
  skip_unbegun();
  has_ended = true;
  std::vector<std::string_view> not_begun;
  std::vector<std::string_view> not_ended;
  auto count = *report.before;
  for (const auto& change : report.changes) {
    if (change.result == StepResult::skipped) not_begun.emplace_back(change.step.unit);
    if (change.error && change.error->kind == ErrorKind::interrupted) {
      not_ended.emplace_back(change.step.unit);
    }
    if (change.result != StepResult::done) continue;
    const bool is_instance = instance_number(service, change.step.unit).has_value();
    if (is_instance && change.step.action == Action::create) ++count;
    if (is_instance && change.step.action == Action::destroy) --count;
  }
  // Counted from Fleet's acknowledgements; unknown where one of them is.
  report.after = has_failed_change() ? std::nullopt : std::optional(count);
  report.status = ScaleStatus::interrupted;
  auto todo =
      not_begun.empty() ? std::string() : fmt::format("not begun: {}", fmt::join(not_begun, ", "));
  if (!not_ended.empty()) {
    todo +=
        fmt::format("{}begun, not ended: {}", todo.empty() ? "" : ", ", fmt::join(not_ended, ", "));
  }
  if (todo.empty()) todo = "everything was sent";
  report.error =
      Error{.kind = ErrorKind::interrupted,
            .message = fmt::format(
                "{} was interrupted, {}; to go on: scale-fleet {}", report.service, todo, go_on)};
}

}  // namespace scale_fleet
