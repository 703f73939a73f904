#include "policy/breach.hpp"

#include <algorithm>
#include <cstdint>

namespace scale_fleet {
namespace {

Breach run_of(std::span<const Sample> samples, const ThresholdRule& rule) {
  Breach breach{.value = samples.back().value};
  auto first = samples.size();
  while (first > 0 && breaches(samples[first - 1].value, rule.comparison, rule.threshold)) {
    const bool is_gap =
        first < samples.size() && samples[first].time - samples[first - 1].time > rule.staleness;
    if (is_gap) break;
    --first;
  }
  if (first == samples.size()) return breach;
  breach.is_begun = true;
  breach.length = samples.back().time - samples[first].time;
  breach.fires = breach.length >= rule.period;
  return breach;
}

Breach points_of(std::span<const Sample> samples, const ThresholdRule& rule) {
  Breach breach{.value = samples.back().value};
  const auto of = static_cast<std::size_t>(std::max(1, rule.points->of));
  int breaching = 0;
  std::size_t seen = 0;
  for (; seen < std::min(of, samples.size()); ++seen) {
    const auto at = samples.size() - 1 - seen;
    if (seen > 0 && samples[at + 1].time - samples[at].time > rule.staleness) break;
    if (!breaches(samples[at].value, rule.comparison, rule.threshold)) continue;
    if (++breaching == 1) breach.value = samples[at].value;
    breach.length = samples.back().time - samples[at].time;
  }
  breach.is_begun = breaching > 0;
  breach.fires = seen == of && breaching >= std::max(1, rule.points->breaching);
  return breach;
}

std::uint64_t amount_of(InstanceCount count, const Adjustment& adjustment) {
  if (adjustment.kind != Adjustment::Kind::percent) return adjustment.amount;
  const auto hundredths = std::uint64_t{adjustment.amount} * count;
  return std::max<std::uint64_t>((hundredths + 99) / 100, adjustment.amount > 0 ? 1 : 0);
}

}  // namespace

bool breaches(double value, Comparison comparison, double threshold) {
  return comparison == Comparison::above ? value > threshold : value < threshold;
}

Breach breach_of(std::span<const Sample> samples, const ThresholdRule& rule) {
  return rule.points ? points_of(samples, rule) : run_of(samples, rule);
}

const Adjustment& adjustment_at(const ThresholdRule& rule, double value) {
  const AdjustmentStep* furthest = nullptr;
  for (const auto& step : rule.steps) {
    const bool is_reached = !breaches(step.from, rule.comparison, value);
    const bool is_further =
        furthest == nullptr || breaches(step.from, rule.comparison, furthest->from);
    if (is_reached && is_further) furthest = &step;
  }
  return furthest == nullptr ? rule.adjustment : furthest->adjustment;
}

InstanceCount raised(InstanceCount count, const Adjustment& adjustment) {
  const auto wanted = adjustment.kind == Adjustment::Kind::exact
                          ? std::uint64_t{adjustment.amount}
                          : count + amount_of(count, adjustment);
  return static_cast<InstanceCount>(std::min<std::uint64_t>(wanted, max_count));
}

InstanceCount lowered(InstanceCount count, const Adjustment& adjustment) {
  if (adjustment.kind == Adjustment::Kind::exact) return std::min(adjustment.amount, max_count);
  return static_cast<InstanceCount>(count -
                                    std::min<std::uint64_t>(count, amount_of(count, adjustment)));
}

}  // namespace scale_fleet
