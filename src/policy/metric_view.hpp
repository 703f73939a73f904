#pragma once

#include <span>
#include <vector>

#include "policy/question.hpp"

namespace scale_fleet {

/// The samples of one series that count, by time.
struct CountedSeries {
  const InstanceView* instance = nullptr;  ///< Whose; null where the metric isn't per instance.
  std::span<const Sample> samples;

  const Sample& newest() const { return samples.back(); }
};

/// What a metric says at the moment of a question.
struct MetricView {
  std::vector<CountedSeries> usable;  ///< Of at least one sample each, the newest of them fresh.
  /// Of instances that are there and well for long enough, and have no fresh value.
  std::vector<CountedSeries> silent;
  /// Whether some instances' values don't count yet: not well, or within warm_up.
  bool is_warming = false;
  const MetricSeries* known = nullptr;  ///< Null where nothing was ever heard of it.
};

/// Of a metric per instance the series of instances that are there, by their unit's name with or
/// without `.service`, and of those none that warms up nor what it measured while it did. A sample
/// from further ahead than `staleness` is passed over: no source's clock is so wrong and right.
MetricView view_of(const Metric& metric, Millis staleness, const Question& question);

}  // namespace scale_fleet
