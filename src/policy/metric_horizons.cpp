#include <algorithm>

#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {
namespace {

/// More than any file can ask for, and far from where sums overflow.
constexpr Millis longest_horizon = std::chrono::hours(24) * 100'000;

Millis times(Millis span, int number) {
  if (number <= 0 || span <= Millis(0)) return Millis(0);
  return span > longest_horizon / number ? longest_horizon : span * number;
}

/// The newest sample may be one staleness old, the first of its run a gap before the period, and
/// the values merged there one staleness older still.
Millis horizon(const ThresholdRule& rule) {
  const auto looked_back = rule.points ? times(rule.staleness, rule.points->of) : rule.period;
  return std::min(longest_horizon,
                  std::min(looked_back, longest_horizon) + times(rule.staleness, 3));
}

}  // namespace

std::map<std::string, Millis> metric_horizons(const ServicePolicy& policy) {
  std::map<std::string, Millis> horizons;
  const auto note = [&](const Metric& metric, Millis span) {
    auto& known = horizons[metric_key(metric)];
    known = std::max(known, span);
  };
  for (const auto& rule : policy.scale_up)
    note(rule.metric, horizon(rule));
  for (const auto& rule : policy.scale_down)
    note(rule.metric, horizon(rule));
  for (const auto& rule : policy.target)
    note(rule.metric, times(rule.staleness, 1));
  return horizons;
}

}  // namespace scale_fleet
