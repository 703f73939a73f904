#pragma once

#include <span>
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

/// At each moment of a sample the aggregate of each series' latest value that isn't older than
/// `staleness`. Where `whole_only`, nothing from before the last moment at which one that had begun
/// was silent for longer than that.
Series merged(const std::vector<CountedSeries>& all,
              const Aggregation& aggregation,
              Millis staleness,
              bool whole_only);

}  // namespace scale_fleet
