#include "policy/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "policy/decimal.hpp"

namespace scale_fleet {
namespace {

double finite(long double number) {
  constexpr long double most = std::numeric_limits<double>::max();
  return static_cast<double>(std::clamp(number, -most, most));
}

/// The value at a place counted from 1, from the lowest on.
double ranked(std::vector<double>& values, std::size_t place) {
  const auto at = std::clamp<std::size_t>(place, 1, values.size()) - 1;
  const auto wanted = values.begin() + static_cast<std::ptrdiff_t>(at);
  std::nth_element(values.begin(), wanted, values.end());
  return *wanted;
}

std::vector<WallTime> moments_of(const std::vector<CountedSeries>& all) {
  std::vector<WallTime> moments;
  for (const auto& series : all) {
    for (const auto& sample : series.samples)
      moments.push_back(sample.time);
  }
  std::ranges::sort(moments);
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  return moments;
}

}  // namespace

bool counts_answers(Aggregation::Kind kind) {
  using enum Aggregation::Kind;
  return kind == any || kind == all || kind == at_least;
}

std::string to_string(const Aggregation& aggregation) {
  using enum Aggregation::Kind;
  switch (aggregation.kind) {
    case any:
      return "any";
    case all:
      return "all";
    case at_least:
      return fmt::format("at least {}", aggregation.number);
    case average:
      return "average";
    case maximum:
      return "maximum";
    case minimum:
      return "minimum";
    case sum:
      return "sum";
    case percentile:
      return fmt::format("p{}", aggregation.number);
  }
  return "";
}

std::size_t answers_needed(const Aggregation& aggregation, std::size_t instances) {
  if (aggregation.kind == Aggregation::Kind::all) return instances;
  if (aggregation.kind != Aggregation::Kind::at_least) return 1;
  return std::max<std::size_t>(1, ceil_of(1, aggregation.number, 1));
}

double aggregated(std::vector<double> values, const Aggregation& aggregation) {
  using enum Aggregation::Kind;
  const auto size = values.size();
  switch (aggregation.kind) {
    case any:
    case maximum:
      return ranked(values, size);
    case all:
    case minimum:
      return ranked(values, 1);
    case at_least:
      return ranked(values, size + 1 - std::min(size, answers_needed(aggregation, size)));
    case percentile:
      return ranked(values, ceil_of(static_cast<InstanceCount>(size), aggregation.number, 100));
    case sum:
      return finite(std::accumulate(values.begin(), values.end(), 0.0L));
    case average:
      return finite(std::accumulate(values.begin(), values.end(), 0.0L) /
                    static_cast<long double>(size));
  }
  return 0;
}

Series merged(const std::vector<CountedSeries>& all,
              const Aggregation& aggregation,
              Millis staleness,
              bool whole_only) {
  Series result;
  std::vector<std::size_t> passed(all.size(), 0);  // Of each series the samples up to the moment.
  std::vector<double> values;
  for (const auto moment : moments_of(all)) {
    values.clear();
    bool is_whole = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto samples = all[i].samples;
      while (passed[i] < samples.size() && samples[passed[i]].time <= moment)
        ++passed[i];
      if (passed[i] == 0) continue;
      const auto& latest = samples[passed[i] - 1];
      if (moment - latest.time <= staleness) {
        values.push_back(latest.value);
      } else {
        is_whole = false;
      }
    }
    if (whole_only && !is_whole) {
      result.clear();
    } else if (!values.empty()) {
      result.push_back({moment, aggregated(values, aggregation)});
    }
  }
  return result;
}

}  // namespace scale_fleet
