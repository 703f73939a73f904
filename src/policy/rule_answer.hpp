#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/metric_view.hpp"
#include "policy/question.hpp"

namespace scale_fleet {

/// An instance whose own metric asked for fewer.
struct FiredInstance {
  InstanceNumber number = 0;
  Millis length{0};  ///< For how long it did.

  bool operator==(const FiredInstance&) const = default;
};

/// What one rule says of the count.
struct RuleAnswer {
  std::string path;
  ReasonKind kind = ReasonKind::threshold;
  bool has_say = true;
  std::optional<InstanceCount> asks_up;  ///< More than there are.
  bool asks_down = false;
  /// The lowest count that it agrees with; empty: it objects to none.
  std::optional<InstanceCount> agrees_to;
  Millis cooldown_up{0};
  Millis cooldown_down{0};
  std::string reason;
  std::vector<FiredInstance> fired;
};

/// Of scale_up (Direction::up) or of scale_down.
RuleAnswer answer_of(const ThresholdRule& rule, Direction direction, const Question& question);
RuleAnswer answer_of(const TargetRule& rule, const Question& question);

/// What stands in for a metric that has no usable value. `more` is what asking for more leads to.
struct DataGap {
  const std::string& path;
  const Metric& metric;
  const WithoutData& without_data;
  const MetricView& view;
  InstanceCount more = 0;
};

/// Changes `answer` to what the rule says without data. None of it lowers a count: while it holds,
/// or waits for its fall-back, the rule agrees with no down; from its fall-back on with none below
/// that. Where values are there, but of instances that warm up, `up` holds: more instances would
/// only warm up beside them.
void answer_without_data(RuleAnswer& answer, const DataGap& gap, const Question& question);

}  // namespace scale_fleet
