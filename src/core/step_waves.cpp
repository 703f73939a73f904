#include "scale_fleet/core/step_waves.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <tuple>

namespace scale_fleet {
namespace {

/// The steps that a number has in all plans: those between which there is an order.
using NumberSteps = std::vector<StepPlace>;

bool stands_before(const WaveStep& left, const WaveStep& right) {
  return std::tie(left.place.plan, left.place.step) < std::tie(right.place.plan, right.place.step);
}

bool brings_down(Action action) {
  return action == Action::destroy || action == Action::replace;
}

bool brings_up(Action action) {
  return action != Action::destroy;
}

/// Whether, of two steps of one number, `first` has to be done before `second` begins.
bool precedes(std::span<const ScalePlan> plans, StepPlace first, StepPlace second) {
  if (first.plan == second.plan) return first.step < second.step;
  const auto action = plans[first.plan].steps[first.step].action;
  const auto next_action = plans[second.plan].steps[second.step].action;
  if (first.plan == 0) return brings_up(action) && brings_up(next_action);
  return second.plan == 0 && action == Action::destroy && brings_down(next_action);
}

/// By number, in the order of their first appearance.
std::vector<NumberSteps> by_number(std::span<const ScalePlan> plans) {
  std::vector<NumberSteps> numbers;
  std::map<InstanceNumber, std::size_t> places;
  for (std::size_t plan = 0; plan < plans.size(); ++plan) {
    const auto& steps = plans[plan].steps;
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const auto number = instance_number(plans[plan].service, steps[step].unit);
      const auto place =
          number ? places.try_emplace(*number, numbers.size()).first->second : numbers.size();
      if (place == numbers.size()) numbers.emplace_back();
      numbers[place].push_back({.plan = plan, .step = step});
    }
  }
  return numbers;
}

/// Adds the steps of one number to the waves, each to the first one that it may be in.
void add(std::span<const ScalePlan> plans, NumberSteps steps, std::vector<Wave>& waves) {
  auto left = steps;
  for (std::size_t wave = 0; !left.empty(); ++wave) {
    NumberSteps later;
    Wave now;
    for (const auto place : left) {
      const bool must_wait =
          std::ranges::any_of(left, [&](StepPlace other) { return precedes(plans, other, place); });
      if (must_wait) {
        later.push_back(place);
        continue;
      }
      auto& added = now.emplace_back(WaveStep{.place = place});
      std::ranges::copy_if(steps, std::back_inserter(added.after), [&](StepPlace other) {
        return precedes(plans, other, place);
      });
    }
    if (now.empty()) throw std::invalid_argument("steps of a plan wait for each other");
    if (wave == waves.size()) waves.emplace_back();
    waves[wave].insert(waves[wave].end(), now.begin(), now.end());
    left = std::move(later);
  }
}

/// The turn of a step among those of its number where units are submitted first: what goes, before
/// what comes; the sidekicks go and are created before the main instance, and are launched after
/// it.
int turn_of(std::span<const ScalePlan> plans, StepPlace place) {
  const auto& step = plans[place.plan].steps[place.step];
  const bool is_main = place.plan == 0;
  switch (step.action) {
    case Action::destroy:
      return is_main ? 1 : 0;
    case Action::create:
      return is_main ? 3 : 2;
    case Action::launch:
    case Action::replace:
      break;
  }
  return is_main ? 4 : 5;
}

/// Adds the steps of one number, each to a wave of its own behind all others.
void add_in_turn(std::span<const ScalePlan> plans, NumberSteps steps, std::vector<Wave>& waves) {
  std::ranges::sort(steps, {}, [&](StepPlace place) {
    return std::tuple(turn_of(plans, place), place.plan, place.step);
  });
  for (auto step = steps.begin(); step != steps.end(); ++step)
    waves.push_back({{.place = *step, .after = NumberSteps(steps.begin(), step)}});
}

}  // namespace

std::vector<Wave> waves(std::span<const ScalePlan> plans) {
  auto all = batches_of_waves(plans, std::numeric_limits<std::size_t>::max());
  return all.empty() ? std::vector<Wave>{} : std::move(all.front());
}

std::vector<std::vector<Wave>> batches_of_waves(std::span<const ScalePlan> plans,
                                                std::size_t numbers_at_once) {
  std::vector<std::vector<Wave>> batches;
  std::size_t in_batch = numbers_at_once;
  for (const auto& steps : by_number(plans)) {
    if (in_batch == numbers_at_once) {
      batches.emplace_back();
      in_batch = 0;
    }
    const auto add_number = plans.front().submit_first ? add_in_turn : add;
    add_number(plans, steps, batches.back());
    ++in_batch;
  }
  for (auto& batch : batches) {
    for (auto& wave : batch)
      std::ranges::sort(wave, stands_before);
  }
  return batches;
}

}  // namespace scale_fleet
