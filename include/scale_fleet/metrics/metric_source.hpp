#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/metric.hpp"

namespace scale_fleet {

/// What came from a source since it was asked last.
struct Reading {
  struct Point {
    std::string metric;    ///< metric_key()
    std::string instance;  ///< As in MetricSeries::by_instance.
    Sample sample;

    bool operator==(const Point&) const = default;
  };

  /// A metric whose latest reading gave no usable value, and why.
  struct Failure {
    std::string metric;
    std::string why;

    bool operator==(const Failure&) const = default;
  };

  std::vector<Point> points;
  std::vector<Failure> failures;
  std::size_t bad_values = 0;  ///< Unusable ones, each passed over.
};

/// Where samples come from. Reading goes on behind it, on a thread of its own where it waits for a
/// server, so that a slow one delays nobody.
class MetricSource {
 public:
  MetricSource() = default;
  MetricSource(const MetricSource&) = delete;
  MetricSource& operator=(const MetricSource&) = delete;
  virtual ~MetricSource() = default;

  /// What has come since the last call. Never waits for a server.
  virtual Reading take(WallTime now) = 0;

  /// Waits, at most `at_most`, until each metric has been read once or has failed to be.
  virtual void await_first(Duration at_most) = 0;
};

}  // namespace scale_fleet
