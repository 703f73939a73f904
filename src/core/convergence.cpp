#include "scale_fleet/core/convergence.hpp"

#include <algorithm>
#include <set>

namespace scale_fleet {
namespace {

bool cannot_load(std::string_view load) {
  return load == "error" || load == "not-found" || load == "bad-setting" || load == "masked";
}

}  // namespace

bool is_behind_its_text(const Instance& instance) {
  return instance.state && !instance.state->hash.empty() && !instance.text_hash.empty() &&
         instance.state->hash != instance.text_hash;
}

Condition condition_of(const Instance& instance) {
  if (instance.unit.desired_state != JobState::launched) return Condition::parked;
  if (instance.unit.machine_id.empty()) return Condition::unscheduled;
  if (!instance.state) return Condition::starting;
  const auto& state = *instance.state;
  if (state.active == "failed" || cannot_load(state.load)) return Condition::failed;
  if (state.load != "loaded" || instance.unit.current_state != JobState::launched) {
    return Condition::starting;
  }
  if (state.active == "active" || state.active == "reloading") return Condition::well;
  if (state.active == "inactive" && is_oneshot(instance.unit.options)) return Condition::finished;
  return Condition::starting;
}

namespace {

/// Whether the machine still says it runs another text than `goal` wants of this unit. A Fleet that
/// says nothing of texts can't be asked.
bool runs_another_text(const UnitState& state, const Goal& goal) {
  const auto wanted = goal.texts.find(state.unit);
  return wanted != goal.texts.end() && !state.hash.empty() && state.hash != wanted->second;
}

bool has_another_text(const Instance& instance, const Goal& goal) {
  const auto wanted = goal.texts.find(instance.unit.name);
  return wanted != goal.texts.end() && !instance.text_hash.empty() &&
         instance.text_hash != wanted->second;
}

/// The same, of one that shall run the goal's text.
Condition condition_of(const Instance& instance, const Goal& goal) {
  if (has_another_text(instance, goal)) return Condition::rewritten;
  const bool is_on_a_machine = instance.state && instance.unit.desired_state == JobState::launched;
  if (is_on_a_machine && !instance.unit.machine_id.empty() &&
      runs_another_text(*instance.state, goal)) {
    return Condition::outdated;
  }
  return condition_of(instance);
}

UnitStanding standing_of(const Instance& instance, const Goal& goal) {
  UnitStanding standing{.unit = instance.unit.name,
                        .condition = goal.running ? condition_of(instance, goal) : Condition::well,
                        .detail = {},
                        .machine_id = instance.unit.machine_id,
                        .current_state = instance.unit.current_state,
                        .since = {}};
  if (standing.condition == Condition::unscheduled) {
    standing.demands = placement_demands(instance.unit.options);
  }
  if (instance.state) standing.detail = instance.state->active + "/" + instance.state->sub;
  return standing;
}

/// An active instance has yet to answer, as often on end as the goal wants, where it wants that.
void take_answer(UnitStanding& unit,
                 const Goal& goal,
                 const std::map<std::string_view, const CheckAnswer*>& answers,
                 int answered_before) {
  if (goal.answers == 0 || unit.condition != Condition::well) return;
  unit.answers = answered_before;
  if (const auto found = answers.find(unit.unit); found != answers.end()) {
    unit.answers = found->second->is_healthy ? answered_before + 1 : 0;
    if (!found->second->is_healthy) unit.detail = found->second->said;
  }
  if (unit.answers < goal.answers) unit.condition = Condition::unanswered;
}

std::map<std::string_view, const CheckAnswer*> answers_in(const ServiceSnapshot& snapshot) {
  std::map<std::string_view, const CheckAnswer*> answers;
  for (const auto& instance : snapshot.instances) {
    if (instance.answer) answers[instance.unit.name] = &*instance.answer;
  }
  return answers;
}

/// The goal's units as the snapshot shows them, without times.
std::vector<UnitStanding> look(const Goal& goal, const ServiceSnapshot& snapshot) {
  std::vector<UnitStanding> units;
  const std::set<std::string_view> kept(goal.kept.begin(), goal.kept.end());
  const std::set<std::string_view> disregarded(goal.disregarded.begin(), goal.disregarded.end());
  std::map<std::string_view, const Instance*> present;
  for (const auto& instance : snapshot.instances)
    present[instance.unit.name] = &instance;

  for (const auto& name : goal.kept) {
    const auto found = present.find(name);
    units.push_back(found == present.end()
                        ? UnitStanding{.unit = name, .condition = Condition::missing}
                        : standing_of(*found->second, goal));
  }
  for (const auto& [name, instance] : present) {
    if (kept.contains(name) || disregarded.contains(name)) continue;
    auto standing = standing_of(*instance, goal);
    standing.condition = Condition::unexpected;
    units.push_back(std::move(standing));
  }
  for (const auto& name : goal.destroyed) {
    if (present.contains(name)) continue;
    const auto row = std::ranges::find(snapshot.states, name, &UnitState::unit);
    UnitStanding standing{.unit = name, .condition = Condition::gone};
    if (goal.running && row != snapshot.states.end()) {
      standing.condition = Condition::stopping;
      standing.detail = row->active + "/" + row->sub;
      standing.machine_id = row->machine_id;
    }
    units.push_back(std::move(standing));
  }
  return units;
}

/// Whether the set of instances in Fleet is another than the goal's.
bool is_other_than_asked(Condition condition) {
  return condition == Condition::missing || condition == Condition::parked ||
         condition == Condition::rewritten || condition == Condition::unexpected;
}

/// Since when the set has differed, if it does: the unit that has differed longest tells.
bool has_been_overridden(const std::vector<UnitStanding>& units, TimePoint now, Duration patience) {
  return std::ranges::any_of(units, [&](const UnitStanding& unit) {
    return is_other_than_asked(unit.condition) && now - unit.since >= patience;
  });
}

Verdict judge(const std::vector<UnitStanding>& units,
              bool fails_fast,
              TimePoint now,
              const Patience& patience) {
  if (has_been_overridden(units, now, patience.overridden)) return Verdict::overridden;
  bool has_failed = false;
  const bool one_has_failed = std::ranges::any_of(units, [&](const UnitStanding& unit) {
    return unit.condition == Condition::failed && now - unit.since >= patience.failed;
  });
  if (fails_fast && one_has_failed) return Verdict::failed;
  for (const auto& unit : units) {
    const auto lasted = now - unit.since;
    switch (unit.condition) {
      case Condition::well:
        if (lasted < patience.well) return Verdict::waiting;
        break;
      case Condition::gone:
        break;
      case Condition::finished:
        if (lasted < patience.finished) return Verdict::waiting;
        break;
      case Condition::failed:
        if (lasted < patience.failed) return Verdict::waiting;
        has_failed = true;
        break;
      case Condition::starting:
      case Condition::outdated:
      case Condition::unanswered:
      case Condition::unscheduled:
      case Condition::stopping:
      case Condition::missing:
      case Condition::parked:
      case Condition::rewritten:
      case Condition::unexpected:
        return Verdict::waiting;
    }
  }
  return has_failed ? Verdict::failed : Verdict::converged;
}

}  // namespace

Standing assess(const Goal& goal,
                const ServiceSnapshot& snapshot,
                const Standing& before,
                TimePoint now,
                const Patience& patience) {
  std::map<std::string_view, const UnitStanding*> earlier;
  for (const auto& unit : before.units)
    earlier[unit.unit] = &unit;

  Standing standing{.verdict = Verdict::waiting, .units = look(goal, snapshot)};
  const auto answers = answers_in(snapshot);
  for (auto& unit : standing.units) {
    const auto found = earlier.find(unit.unit);
    take_answer(unit, goal, answers, found == earlier.end() ? 0 : found->second->answers);
    const bool same = found != earlier.end() && found->second->condition == unit.condition;
    unit.since = same ? found->second->since : now;
  }
  standing.verdict = judge(standing.units, goal.fails_fast, now, patience);
  return standing;
}

std::vector<std::string> units_to_ask(const Goal& goal,
                                      const ServiceSnapshot& snapshot,
                                      const Standing& before,
                                      TimePoint now,
                                      const Patience& patience) {
  std::vector<std::string> units;
  if (goal.answers == 0) return units;
  const std::set<std::string_view> kept(goal.kept.begin(), goal.kept.end());
  for (const auto& instance : snapshot.instances) {
    const auto& name = instance.unit.name;
    if (!kept.contains(name) || condition_of(instance, goal) != Condition::well) continue;
    const auto earlier = std::ranges::find(before.units, name, &UnitStanding::unit);
    const bool has_passed = earlier != before.units.end() &&
                            earlier->condition == Condition::well &&
                            now - earlier->since >= patience.well;
    if (!has_passed) units.push_back(name);
  }
  return units;
}

bool needs_states(const Goal& goal, const ServiceSnapshot& units) {
  if (goal.needs_all_states) return true;
  if (!goal.running) return false;
  const std::set<std::string_view> kept(goal.kept.begin(), goal.kept.end());
  const auto has_machine = [&](const Instance& instance) {
    return !instance.unit.machine_id.empty() && kept.contains(instance.unit.name);
  };
  return !goal.destroyed.empty() || std::ranges::any_of(units.instances, has_machine);
}

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::well:
      return "well";
    case Condition::gone:
      return "gone";
    case Condition::finished:
      return "finished";
    case Condition::starting:
      return "starting";
    case Condition::unscheduled:
      return "unscheduled";
    case Condition::outdated:
      return "still running the former text";
    case Condition::unanswered:
      return "not answering its check";
    case Condition::failed:
      return "failed";
    case Condition::stopping:
      return "stopping";
    case Condition::missing:
      return "missing";
    case Condition::parked:
      return "not launched";
    case Condition::rewritten:
      return "made of another text than asked";
    case Condition::unexpected:
      return "unexpected";
  }
  return "";
}

bool is_good(Condition condition) {
  return condition == Condition::well || condition == Condition::gone ||
         condition == Condition::finished;
}

}  // namespace scale_fleet
