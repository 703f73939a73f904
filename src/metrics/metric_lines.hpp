#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

/// A file of metrics as it was read.
struct MetricLines {
  struct Value {
    std::string instance;  ///< Empty: of all together.
    double value = 0;
    std::optional<WallTime> time;

    bool operator==(const Value&) const = default;
  };

  std::map<std::string, std::vector<Value>, std::less<>> by_name;
  std::size_t bad_lines = 0;
  std::set<std::string, std::less<>> bad_names;  ///< Of those that are no value.

  bool operator==(const MetricLines&) const = default;
};

/// One line a value, words between blanks: `NAME VALUE`, `NAME VALUE TIME`, `NAME INSTANCE VALUE`
/// or `NAME INSTANCE VALUE TIME`, the time as in 2026-11-21T08:15:00Z; empty lines, and what stands
/// behind a `#` at the start of a word, count for nothing. Of a value that is there twice the first
/// counts, the other is a bad line.
MetricLines parse_metric_lines(std::string_view text);

}  // namespace scale_fleet
