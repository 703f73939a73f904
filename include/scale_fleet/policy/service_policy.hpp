#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/cron.hpp"
#include "scale_fleet/policy/metric.hpp"

namespace scale_fleet {

enum class Comparison { above, below };  ///< Strict: the threshold itself is no breach.

/// How the series of several instances become one answer. Any, all and at_least count the answers
/// that each instance's own series gives; the others merge the values. Of a metric that isn't per
/// instance there is one series, and every kind says the same. A scale_down of `all`, or of merged
/// values, doesn't fire while an instance that should have a fresh value has none; one of `any`
/// removes none but those whose own metric fired.
struct Aggregation {
  enum class Kind { any, all, at_least, average, maximum, minimum, sum, percentile };

  Kind kind = Kind::any;
  double number = 0;  ///< at_least: instances; percentile: 0 < number <= 100 (nearest rank).

  bool operator==(const Aggregation&) const = default;
};

/// How far a rule moves the count. Its list says in which direction; `exact` alone says where to.
struct Adjustment {
  enum class Kind { instances, percent, exact };

  Kind kind = Kind::instances;
  /// A percentage is of the current count, rounded away from zero, and at least one instance.
  InstanceCount amount = 1;

  bool operator==(const Adjustment&) const = default;
};

/// A step that holds from `from` on, away from the threshold (the threshold itself included in
/// none: a breach is strict).
struct AdjustmentStep {
  double from = 0;
  Adjustment adjustment;

  bool operator==(const AdjustmentStep&) const = default;
};

/// What a rule does while its metric has no fresh value. None of these lowers a count.
struct WithoutData {
  enum class Kind {
    hold,  ///< It keeps the count from falling.
    /// It asks for more, by its own adjustment (of a scale_down or a target: by one). It holds
    /// while no more is wrong than that instances warm up.
    up,
    ignore,  ///< It has no say.
    /// At least `count` instances, once there is no fresh value and `after` looks in a row found no
    /// new one; others may go down to as many. Until then it holds.
    fall_back,
  };

  Kind kind = Kind::hold;
  InstanceCount count = 0;
  int after = 3;

  bool operator==(const WithoutData&) const = default;
};

/// So many of the last samples must breach. All of them must be there, no further apart than the
/// rule's staleness.
struct PointsOf {
  int breaching = 1;
  int of = 1;

  bool operator==(const PointsOf&) const = default;
};

/// `{metric: …, above: 80, for: 30s, cooldown: 1m, step: 1}`: fires when every sample of a span at
/// least `period` long breaches, the newest included, with no gap longer than `staleness` in it.
struct ThresholdRule {
  std::string path;  ///< Where it stands: `scale_up[0]`; or the name of a Dynamite policy.
  Metric metric;
  Comparison comparison = Comparison::above;
  double threshold = 0;
  Millis period{0};                   ///< Zero: one fresh breaching sample suffices.
  std::optional<PointsOf> points;     ///< Instead of the period.
  Millis staleness{60'000};           ///< The newest sample's greatest age, and the longest gap.
  Millis cooldown{0};                 ///< After the action that this rule caused.
  Adjustment adjustment;              ///< Where no step is reached.
  std::vector<AdjustmentStep> steps;  ///< By `from`, from the threshold away.
  Aggregation aggregation;
  WithoutData without_data;

  bool operator==(const ThresholdRule&) const = default;
};

/// Keeps a metric at a value by its proportion to the count. A value below zero is none.
struct TargetRule {
  enum class Of {
    total,  ///< `per_instance`: the metric is of all together; ceil(metric / target).
    /// `value`: the metric is what each has; ceil(count * metric / target). Of a metric per
    /// instance `count` is of those that don't warm up.
    average,
  };

  std::string path;
  Metric metric;
  Of of = Of::total;
  double target = 1;       ///< Above 0.
  double tolerance = 0.1;  ///< No change while metric / target is within 1 +- this.
  Millis staleness{60'000};
  Millis cooldown_up{0};
  Millis cooldown_down{0};
  bool may_scale_down = true;  ///< Else it only says below what others may not go.
  Aggregation aggregation{.kind = Aggregation::Kind::average};  ///< Of per-instance metrics.
  WithoutData without_data;

  bool operator==(const TargetRule&) const = default;
};

/// At most so much in any span of `period`, whoever changes the count; only decisions of rules are
/// limited.
struct RateLimit {
  Adjustment by;  ///< instances or percent, of the lowest (of downs the highest) count in the span.
  Millis period{60'000};

  bool operator==(const RateLimit&) const = default;
};

/// Other bounds for `duration` from each match of `cron` on; its end is outside. A bound that it
/// doesn't set is as before; where its own contradicts that, its own holds.
struct ScheduleWindow {
  Cron cron;
  Millis duration{0};
  std::optional<InstanceCount> min;
  std::optional<InstanceCount> max;

  bool operator==(const ScheduleWindow&) const = default;
};

/// Which instance goes when there are too many. The one whose own metric fired always comes first.
enum class VictimRule { idle_first, lowest_metric, newest, oldest, highest };

/// What those may ask for who ask from outside: alerts, and programs over HTTP.
struct RemoteRule {
  Adjustment up_by;  ///< instances or percent, where the request says nothing else.
  Adjustment down_by;
  /// After the action that an alert caused; alerts wait for cool-downs, programs' requests don't.
  Millis cooldown_up{60'000};
  Millis cooldown_down{60'000};

  bool operator==(const RemoteRule&) const = default;
};

/// Everything that decides on the count of one service.
struct ServicePolicy {
  InstanceCount min = 0;
  std::optional<InstanceCount> max;
  std::vector<ThresholdRule> scale_up;
  std::vector<ThresholdRule> scale_down;
  std::vector<TargetRule> target;
  std::optional<RateLimit> limit_up;
  std::optional<RateLimit> limit_down;
  Millis settle_up{0};    ///< An up goes to the lowest count recommended in so long.
  Millis settle_down{0};  ///< A down goes to the highest.
  /// What an instance measures before it is well for so long doesn't count, then or later.
  Millis warm_up{0};
  /// After somebody else changed the count.
  Millis manual_cooldown{60'000};
  VictimRule victims = VictimRule::idle_first;
  std::optional<RemoteRule> remote;  ///< Empty: nobody outside may ask for another count.
  /// Of several that hold at once the one further down the list decides.
  std::vector<ScheduleWindow> schedule;

  bool operator==(const ServicePolicy&) const = default;
};

/// How long a sample of each metric may still matter: for Samples::forget().
std::map<std::string, Millis> metric_horizons(const ServicePolicy& policy);

}  // namespace scale_fleet
