#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// A key of etcd's v2 keys, in Dynamite's two layouts: METRICS/TYPE/FOLDER/TIME, and
/// METRICS/TYPE/UUID/FOLDER/TIME where it is per instance.
struct EtcdMetric {
  std::string type;    ///< Of the services that report it: `webserver`.
  std::string folder;  ///< `cpu_user`
  /// Where the value stands in a JSON value: one flat key, else keys one inside the other between
  /// dots. Empty: the value is a plain number.
  std::string json_path = {};

  bool operator==(const EtcdMetric&) const = default;
};

/// An instant query. Per instance, each element's label `instance_label` names the unit.
struct PrometheusMetric {
  std::string query;
  std::string instance_label = "instance";

  bool operator==(const PrometheusMetric&) const = default;
};

/// A line of the file of metrics, by its name.
struct FileMetric {
  std::string name;

  bool operator==(const FileMetric&) const = default;
};

/// What a policy looks at: where its values are, and whether they are of each instance or of all
/// together.
struct Metric {
  std::variant<EtcdMetric, PrometheusMetric, FileMetric> source;
  bool per_instance = false;

  bool operator==(const Metric&) const = default;
};

/// One line that tells this metric from every other, and that people can read:
/// `etcd webserver/cpu_user per instance`.
std::string metric_key(const Metric& metric);

struct Sample {
  WallTime time;
  double value = 0;  ///< Finite.

  bool operator==(const Sample&) const = default;
};

/// By time, ascending, each moment once.
using Series = std::vector<Sample>;

/// All that is known of one metric.
struct MetricSeries {
  /// By the unit's name (`web@8080.service`), or by whatever the source names it where that isn't
  /// known; under the empty name where the metric isn't per instance.
  std::map<std::string, Series, std::less<>> by_instance;
  /// Looks in a row, up to the last one, that found no new value: nothing was read, or nothing new
  /// is there.
  int looks_without = 0;
  std::string last_failure;  ///< Why a reading of those failed, for people; empty: none did.
};

/// What has been read, by metric_key().
struct Samples {
  std::map<std::string, MetricSeries, std::less<>> by_metric;

  /// Puts a sample in its place, whatever the order of arrival; of two of one moment the first
  /// stays. A value that isn't finite is passed over. A series has 300,000 samples at most: beyond
  /// that its oldest go. Returns whether it wasn't known.
  bool add(const std::string& metric, const std::string& instance, Sample sample);
  /// Forgets what is older than `keep` before `now`, but for the newest such sample of each
  /// series; series whose newest sample is older are forgotten whole. So is what lies further ahead
  /// than `keep`: no clock goes wrong by so much and comes right again.
  void forget(const std::string& metric, Millis keep, WallTime now);
};

}  // namespace scale_fleet
