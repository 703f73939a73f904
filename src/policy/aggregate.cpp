#include "policy/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

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

/// Several series from their newest sample backwards, a moment at a time.
class BackwardMerge {
 public:
  BackwardMerge(const std::vector<CountedSeries>& all, Millis staleness)
      : all_(all), staleness_(staleness) {
    for (const auto& series : all)
      left_.push_back(series.samples.size());
  }

  /// Goes to the next moment; false where there is none.
  bool next() {
    std::optional<WallTime> latest;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (left_[i] > 0 && sample(i).time == moment_) --left_[i];
      if (left_[i] > 0 && (!latest || sample(i).time > *latest)) latest = sample(i).time;
    }
    if (latest) moment_ = *latest;
    return latest.has_value();
  }

  WallTime moment() const { return moment_; }

  /// What each series had last then, but for those that had been silent for too long.
  const std::vector<double>& values() {
    values_.clear();
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (left_[i] > 0 && moment_ - sample(i).time <= staleness_)
        values_.push_back(sample(i).value);
    }
    return values_;
  }

  /// How many series had begun.
  std::size_t begun() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(left_, [](std::size_t samples) { return samples > 0; }));
  }

 private:
  const Sample& sample(std::size_t series) const { return all_[series].samples[left_[series] - 1]; }

  const std::vector<CountedSeries>& all_;
  Millis staleness_;
  std::vector<std::size_t> left_;  // Of each series the samples up to the moment.
  WallTime moment_ = WallTime::max();
  std::vector<double> values_;
};

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
              const MergeLimits& limits) {
  Series result;
  BackwardMerge merge(all, limits.staleness);
  while (merge.next()) {
    const auto& values = merge.values();
    if (values.empty() || (limits.whole_only && values.size() < merge.begun())) break;
    result.push_back({merge.moment(), aggregated(values, aggregation)});
    if (limits.is_enough(result)) break;
  }
  std::ranges::reverse(result);
  return result;
}

}  // namespace scale_fleet
