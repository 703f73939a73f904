#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/metric_view.hpp"

namespace scale_fleet {

/// Whether each instance answers for itself, and the answers are counted.
bool counts_answers(Aggregation::Kind kind);

/// `average`, `p95`, …
std::string to_string(const Aggregation& aggregation);

/// How many of `instances` must answer with yes: of any 1, of all each, of at_least its number.
std::size_t answers_needed(const Aggregation& aggregation, std::size_t instances);

/// One value of several, of which there is at least one. Where answers are counted: the value that
/// as many reach as must. Always finite.
double aggregated(std::vector<double> values, const Aggregation& aggregation);

struct MergeLimits {
  Millis staleness{0};
  /// Nothing from before the last moment at which a series that had begun was silent for longer
  /// than `staleness`.
  bool whole_only = false;
  /// Whether what is there, newest first, tells all that is asked; else the whole past is merged.
  std::function<bool(const Series&)> is_enough;
};

/// At each moment of a sample the aggregate of each series' latest value that isn't older than the
/// staleness, back from the newest as far as the limits go. In the order of time.
Series merged(const std::vector<CountedSeries>& all,
              const Aggregation& aggregation,
              const MergeLimits& limits);

}  // namespace scale_fleet
