#include "policy/victims.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace scale_fleet {
namespace {

using RunLengths = std::map<InstanceNumber, Millis>;

/// Of an instance that several rules name the longest run.
RunLengths fired_runs(const std::vector<RuleAnswer>& answers) {
  RunLengths runs;
  for (const auto& answer : answers) {
    for (const auto& fired : answer.fired) {
      auto& length = runs.try_emplace(fired.number, fired.length).first->second;
      length = std::max(length, fired.length);
    }
  }
  return runs;
}

struct MetricChoice {
  const Metric* metric = nullptr;
  Millis staleness{0};
};

MetricChoice own_metric(const ServicePolicy& policy) {
  MetricChoice choice;
  const auto consider = [&](const auto& rules) {
    for (const auto& rule : rules) {
      if (choice.metric == nullptr && rule.metric.per_instance)
        choice = {&rule.metric, rule.staleness};
    }
  };
  consider(policy.scale_down);
  consider(policy.target);
  consider(policy.scale_up);
  return choice;
}

std::map<InstanceNumber, double> newest_values(const Question& question) {
  std::map<InstanceNumber, double> values;
  const auto choice = own_metric(question.policy);
  if (choice.metric == nullptr) return values;
  for (const auto& series : view_of(*choice.metric, choice.staleness, question).usable)
    values.emplace(series.instance->number, series.newest().value);
  return values;
}

/// Where an instance stands by the policy's rule: the least goes first.
struct Standing {
  int group = 0;
  double value = 0;
  std::int64_t moment = 0;

  bool operator==(const Standing&) const = default;

  bool operator<(const Standing& other) const {
    return std::tie(group, value, moment) < std::tie(other.group, other.value, other.moment);
  }
};

Standing standing_of(const InstanceView& instance,
                     VictimRule rule,
                     const std::map<InstanceNumber, double>& values) {
  const auto well_since = instance.well_since ? instance.well_since->time_since_epoch().count() : 0;
  const int not_well_first = instance.well_since ? 1 : 0;
  switch (rule) {
    case VictimRule::idle_first:
      return {.group = instance.is_idle ? 0 : 1};
    case VictimRule::highest:
      return {};
    case VictimRule::oldest:
      return {.group = not_well_first, .moment = well_since};
    case VictimRule::newest:
      return {.group = not_well_first, .moment = -well_since};
    case VictimRule::lowest_metric: {
      const auto found = values.find(instance.number);
      if (instance.is_idle) return {};
      if (found == values.end()) return {.group = 2};
      return {.group = 1, .value = found->second};
    }
  }
  return {};
}

struct Candidate {
  InstanceNumber number = 0;
  bool has_fired = false;
  Millis run{0};
  Standing standing;
};

bool goes_before(const Candidate& left, const Candidate& right) {
  if (left.has_fired != right.has_fired) return left.has_fired;
  if (left.run != right.run) return left.run > right.run;
  if (left.standing != right.standing) return left.standing < right.standing;
  return left.number > right.number;
}

}  // namespace

std::vector<InstanceNumber> victims(const Question& question,
                                    const std::vector<RuleAnswer>& answers,
                                    std::size_t count) {
  const auto rule = question.policy.victims;
  const auto runs = fired_runs(answers);
  const auto values = rule == VictimRule::lowest_metric ? newest_values(question)
                                                        : std::map<InstanceNumber, double>{};
  std::vector<Candidate> candidates;
  for (const auto& instance : question.situation.instances) {
    const auto run = runs.find(instance.number);
    const bool has_fired = run != runs.end();
    candidates.push_back({instance.number,
                          has_fired,
                          has_fired ? run->second : Millis(0),
                          standing_of(instance, rule, values)});
  }
  std::ranges::sort(candidates, goes_before);
  std::vector<InstanceNumber> result;
  for (std::size_t i = 0; i < std::min(count, candidates.size()); ++i)
    result.push_back(candidates[i].number);
  return result;
}

}  // namespace scale_fleet
