#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metrics/metric_lines.hpp"
#include "scale_fleet/metrics/metric_source.hpp"

namespace scale_fleet {

/// Metrics in a text file (metric_lines.hpp), for trying: read when asked, and again when it has
/// changed. A value without a time is of the moment when it is taken, each time anew.
class FileSource final : public MetricSource {
 public:
  /// Metrics of other sources are passed over.
  FileSource(std::filesystem::path path, const std::vector<Metric>& metrics);

  /// A failure: no such file or one above 4 MiB, of all metrics; no line of a metric, of this one.
  /// Bad lines are counted when the file is read.
  Reading take(WallTime now) override;

  void await_first(Duration) override {}

 private:
  /// What tells one text of the file from the next.
  struct Version {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;

    bool operator==(const Version&) const = default;
  };

  /// Why the file can't be read; empty where it could, now or earlier.
  std::string look(std::size_t& bad_lines);

  std::filesystem::path path_;
  std::map<std::string, Metric> metrics_;  // By metric_key().
  std::optional<Version> read_;
  MetricLines lines_;
};

}  // namespace scale_fleet
