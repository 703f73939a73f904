#include "commands/wave_run.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

bool are_done(const std::vector<StepPlace>& places, const std::vector<PlanChanges>& plans) {
  return std::ranges::all_of(places, [&](StepPlace place) {
    return plans[place.plan].changes->at(place.step).result == StepResult::done;
  });
}

}  // namespace

void apply_wave(const Wave& wave, const std::vector<PlanChanges>& plans, Applier& applier) {
  for (std::size_t plan = 0; plan < plans.size(); ++plan) {
    std::vector<Change> begun;
    std::vector<Change*> places;
    for (const auto& [place, after] : wave) {
      if (place.plan != plan) continue;
      auto& change = plans[plan].changes->at(place.step);
      if (!are_done(after, plans)) {
        change.result = StepResult::skipped;
        continue;
      }
      begun.push_back(change);
      places.push_back(&change);
    }
    if (begun.empty()) continue;
    applier.apply(*plans[plan].plan, begun);
    for (std::size_t i = 0; i < begun.size(); ++i)
      *places[i] = std::move(begun[i]);
  }
}

}  // namespace scale_fleet
