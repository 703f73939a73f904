#include <algorithm>
#include <cmath>

#include "scale_fleet/policy/metric.hpp"

namespace scale_fleet {
namespace {

/// Of one series: a sample every ten seconds for thirty days, and some to spare.
constexpr std::size_t most_samples = 300'000;

/// An eighth at once, so that a full series isn't moved for each new sample.
void drop_oldest(Series& series) {
  series.erase(series.begin(), series.begin() + most_samples / 8);
}

/// What is left of a series; it is empty where its newest sample is too old.
void forget_outside(Series& series, WallTime oldest, WallTime latest) {
  const auto ahead = std::ranges::upper_bound(series, latest, {}, &Sample::time);
  series.erase(ahead, series.end());
  const auto young = std::ranges::lower_bound(series, oldest, {}, &Sample::time);
  if (young == series.end()) {
    series.clear();
  } else if (young != series.begin()) {
    series.erase(series.begin(), std::prev(young));
  }
}

}  // namespace

bool Samples::add(const std::string& metric, const std::string& instance, Sample sample) {
  if (!std::isfinite(sample.value)) return false;
  auto& series = by_metric[metric].by_instance[instance];
  const auto place = std::ranges::lower_bound(series, sample.time, {}, &Sample::time);
  if (place != series.end() && place->time == sample.time) return false;
  series.insert(place, sample);
  if (series.size() > most_samples) drop_oldest(series);
  return true;
}

void Samples::forget(const std::string& metric, Millis keep, WallTime now) {
  const auto found = by_metric.find(metric);
  if (found == by_metric.end()) return;
  auto& by_instance = found->second.by_instance;
  for (auto& [instance, series] : by_instance)
    forget_outside(series, now - keep, now + keep);
  std::erase_if(by_instance, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace scale_fleet
