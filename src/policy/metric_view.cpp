#include "policy/metric_view.hpp"

#include <algorithm>

namespace scale_fleet {
namespace {

struct Freshness {
  WallTime now;
  Millis staleness;
};

/// All but those from too far ahead.
std::span<const Sample> samples_named(const MetricSeries& known,
                                      std::string_view name,
                                      const Freshness& freshness) {
  const auto found = known.by_instance.find(name);
  if (found == known.by_instance.end()) return {};
  std::span<const Sample> samples = found->second;
  while (!samples.empty() && samples.back().time - freshness.now > freshness.staleness)
    samples = samples.first(samples.size() - 1);
  return samples;
}

/// Of both names the series with the newer sample.
std::span<const Sample> samples_of_unit(const MetricSeries& known,
                                        std::string_view unit,
                                        const Freshness& freshness) {
  constexpr std::string_view type = ".service";
  const auto full = samples_named(known, unit, freshness);
  if (!unit.ends_with(type)) return full;
  unit.remove_suffix(type.size());
  const auto bare = samples_named(known, unit, freshness);
  if (full.empty() || bare.empty()) return full.empty() ? bare : full;
  return bare.back().time > full.back().time ? bare : full;
}

bool is_warm(const InstanceView& instance, const Question& question) {
  return instance.well_since && *instance.well_since <= question.now &&
         question.now - *instance.well_since >= question.policy.warm_up;
}

/// What was measured once it was warm. What was before is of its start, or of another instance that
/// had its number.
std::span<const Sample> warm_samples(std::span<const Sample> samples,
                                     const InstanceView& instance,
                                     Millis warm_up) {
  const auto first = std::ranges::partition_point(samples, [&](const Sample& sample) {
    return sample.time - *instance.well_since < std::max(warm_up, Millis(0));
  });
  return samples.subspan(static_cast<std::size_t>(first - samples.begin()));
}

}  // namespace

MetricView view_of(const Metric& metric, Millis staleness, const Question& question) {
  MetricView view;
  const auto& by_metric = question.situation.samples.by_metric;
  const auto found = by_metric.find(metric_key(metric));
  if (found != by_metric.end()) view.known = &found->second;
  const Freshness freshness{question.now, staleness};
  const auto place = [&](const CountedSeries& series) {
    const bool is_fresh =
        !series.samples.empty() && question.now - series.newest().time <= staleness;
    (is_fresh ? view.usable : view.silent).push_back(series);
  };
  if (!metric.per_instance) {
    if (view.known != nullptr) place({nullptr, samples_named(*view.known, "", freshness)});
    return view;
  }
  for (const auto& instance : question.situation.instances) {
    if (!is_warm(instance, question)) {
      view.is_warming = true;
      continue;
    }
    std::span<const Sample> samples;
    if (view.known != nullptr) samples = samples_of_unit(*view.known, instance.unit, freshness);
    place({&instance, warm_samples(samples, instance, question.policy.warm_up)});
  }
  return view;
}

}  // namespace scale_fleet
