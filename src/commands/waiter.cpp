#include "scale_fleet/commands/waiter.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scale_fleet/commands/observe.hpp"

namespace scale_fleet {
namespace {

bool has_ended(const WaitEnd& end) {
  return end.verdict != Verdict::waiting || end.error;
}

/// Whether the end of one goal decides on all.
bool has_failed_fast(const std::vector<Goal>& goals, const std::vector<WaitEnd>& ends) {
  for (std::size_t i = 0; i < goals.size(); ++i) {
    const auto& end = ends[i];
    if (goals[i].fails_fast && has_ended(end) && end.verdict != Verdict::converged) return true;
  }
  return false;
}

/// `2 starting, 1 unscheduled`: the units that aren't well, by condition.
std::string remark_on(const std::vector<UnitStanding>& units) {
  std::map<Condition, int> counts;
  for (const auto& unit : units) {
    if (!is_good(unit.condition)) ++counts[unit.condition];
  }
  std::string remark;
  for (const auto& [condition, count] : counts) {
    remark += fmt::format("{}{} {}", remark.empty() ? "" : ", ", count, to_string(condition));
  }
  return remark;
}

/// One line for each unit that stands otherwise than at the look before.
void tell_changes(Progress& progress, const Standing& before, const Standing& now) {
  std::map<std::string_view, Condition> earlier;
  for (const auto& unit : before.units)
    earlier[unit.unit] = unit.condition;
  for (const auto& unit : now.units) {
    const auto found = earlier.find(unit.unit);
    const bool is_news =
        found == earlier.end() ? !is_good(unit.condition) : found->second != unit.condition;
    if (!is_news) continue;
    const auto detail = unit.detail.empty() ? std::string() : fmt::format(" ({})", unit.detail);
    progress.tell(fmt::format("{}: {}{}", unit.unit, to_string(unit.condition), detail));
  }
}

}  // namespace

Duration delay_between_looks(Duration elapsed, Duration cost) {
  const Duration pace = elapsed < std::chrono::seconds(15)  ? std::chrono::milliseconds(500)
                        : elapsed < std::chrono::minutes(1) ? std::chrono::milliseconds(1000)
                                                            : std::chrono::milliseconds(2000);
  return std::max(pace, 2 * cost);
}

std::vector<WaitEnd> Waiter::wait(const std::vector<Goal>& goals,
                                  Duration timeout,
                                  std::vector<Standing> before) {
  std::vector<WaitEnd> ends(goals.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    ends[i].standing = std::move(before[i]);
  const auto started = world_.clock.now();
  world_.fleet.repeat_reads_until(started + timeout);
  // Each turn: look at every goal that hasn't ended, show how far it is, wait a little.
  for (;;) {
    const auto asked = world_.clock.now();
    for (std::size_t i = 0; i < goals.size(); ++i) {
      if (!has_ended(ends[i])) look(goals[i], ends[i]);
    }
    show(goals, ends, started);
    if (std::ranges::all_of(ends, has_ended) || has_failed_fast(goals, ends)) break;
    const auto now = world_.clock.now();
    if (now - started >= timeout || world_.stop.requested()) break;
    const auto delay = delay_between_looks(now - started, now - asked);
    world_.clock.wait_until(std::min(now + delay, started + timeout));
  }
  world_.fleet.repeat_reads_until(std::nullopt);
  world_.progress.settle();
  return ends;
}

void Waiter::look(const Goal& goal, WaitEnd& end) {
  auto snapshot = observe(world_.fleet, goal.service, [&](const ServiceSnapshot& units) {
    return needs_states(goal, units);
  });
  if (!snapshot) {
    end.error = snapshot.error();
    return;
  }
  ask(goal, end.standing, *snapshot);
  auto standing = assess(goal, *snapshot, end.standing, world_.clock.now(), patience_);
  tell_changes(world_.progress, end.standing, standing);
  end.verdict = standing.verdict;
  end.standing = std::move(standing);
  end.snapshot = std::move(*snapshot);
}

void Waiter::ask(const Goal& goal, const Standing& before, ServiceSnapshot& snapshot) {
  if (check_ == nullptr) return;
  const auto units = units_to_ask(goal, snapshot, before, world_.clock.now(), patience_);
  std::vector<CheckTarget> targets;
  std::vector<Instance*> asked;
  for (auto& instance : snapshot.instances) {
    if (std::ranges::find(units, instance.unit.name) == units.end()) continue;
    targets.push_back({.unit = instance.unit.name,
                       .prefix = goal.service.prefix(),
                       .number = instance.number,
                       .machine_ip = address_of(instance.unit.machine_id)});
    asked.push_back(&instance);
  }
  if (targets.empty()) return;
  auto answers = check_->ask(targets);
  for (std::size_t i = 0; i < asked.size(); ++i)
    asked[i]->answer = std::move(answers.at(i));
}

std::string Waiter::address_of(const std::string& machine_id) {
  const auto find = [&] { return std::ranges::find(machines_, machine_id, &Machine::id); };
  if (find() == machines_.end()) {
    // A machine that joined since, or the first that is asked for.
    if (auto machines = world_.fleet.machines()) machines_ = std::move(*machines);
  }
  const auto found = find();
  return found == machines_.end() ? std::string() : found->primary_ip;
}

void Waiter::show(const std::vector<Goal>& goals,
                  const std::vector<WaitEnd>& ends,
                  TimePoint started) {
  ProgressMeter meter{.elapsed = world_.clock.now() - started};
  std::vector<UnitStanding> all;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    meter.label += (i == 0 ? "" : ", ") + goals[i].service.display_name();
    all.insert(all.end(), ends[i].standing.units.begin(), ends[i].standing.units.end());
  }
  meter.total = all.size();
  meter.done =
      static_cast<std::size_t>(std::ranges::count_if(all, is_good, &UnitStanding::condition));
  meter.remark = remark_on(all);
  world_.progress.meter(meter);
}

}  // namespace scale_fleet
