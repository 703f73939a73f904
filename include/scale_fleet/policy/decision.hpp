#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/demand.hpp"
#include "scale_fleet/policy/history.hpp"
#include "scale_fleet/policy/metric.hpp"
#include "scale_fleet/policy/service_policy.hpp"

namespace scale_fleet {

/// An instance as a decision sees it.
struct InstanceView {
  InstanceNumber number = 0;
  std::string unit;
  bool is_idle = false;                ///< Failed, unscheduled, or not launched.
  std::optional<WallTime> well_since;  ///< Empty while it isn't well.

  bool operator==(const InstanceView&) const = default;
};

/// Somebody's standing wish for a service.
struct Pause {
  bool down_only = false;
  std::optional<WallTime> until;  ///< Empty: until it is ended.

  bool operator==(const Pause&) const = default;
};

/// What is known when a decision is made.
struct Situation {
  std::span<const InstanceView> instances;  ///< By number.
  const Samples& samples;
  std::optional<Pause> pause;
  /// A count that a person or a program keeps in a key; it goes before all rules.
  std::optional<InstanceCount> desired;
  /// There may be such a key, and it can't be read: rules may not lower the count.
  bool is_desired_unknown = false;
  /// What is asked for from outside and wasn't decided on yet, in the order in which it came. One
  /// that names a count of an alert was decided on before, and goes on.
  std::span<const Demand> demands = {};
};

std::string_view to_string(Direction direction);

/// Why a decision is as it is, as a class for counting.
enum class ReasonKind {
  steady,  ///< Nothing asks for a change.
  below_min,
  above_max,
  schedule,  ///< A bound that a schedule set.
  desired,   ///< The key.
  program,   ///< A demand of a program.
  alert,     ///< A demand of an alert.
  threshold,
  target,
  no_data,  ///< A rule without data asks for more.
  paused,
};
std::string_view to_string(ReasonKind kind);

/// What shall be, and everything that led there. A value: nothing happens by having it.
struct Decision {
  InstanceCount count = 0;
  Direction direction = Direction::none;
  ReasonKind kind = ReasonKind::steady;
  std::vector<std::string> reasons;     ///< `scale_up[0]: etcd … is 91 (above 80) for 30s`
  std::vector<std::string> limits;      ///< Everything that lowered, raised, delayed or kept it.
  std::vector<InstanceNumber> victims;  ///< Of a down: who goes, in this order; as many as go.
  /// What the rules asked for, before settling and limits; empty where none had a say.
  std::optional<InstanceCount> recommended;
  Millis cooldown{0};    ///< Begins when it was carried out.
  std::string asked_by;  ///< The rule that decided: `scale_up[0]`, `min`, `desired`.
  /// Ids of the demands that it is the answer to; the others wait for the next decision.
  std::vector<std::string> answered = {};
  /// Of these the one or those that it carries out: they asked for its direction.
  std::vector<std::string> carried_out = {};

  bool operator==(const Decision&) const = default;
};

/// Decides on one service's count, which is the number of instances that there are. Bounds first,
/// which need no metric; then the key; then what a program demands; then the rules: up to the
/// highest that any asks for, down only where one asks and all agree, to the highest of what they
/// agree with; then cool-downs, settling, rate limits, bounds again. A pause holds whatever came of
/// it. Missing, stale or broken data never lowers a count. Pure: what `now` is, it is told. Throws
/// nothing.
///
/// An alert is a rule that fires once: up where it asks for more than the rules do, down where no
/// rule asks for more or objects. It is braked as they are, but doesn't settle: it has settled
/// where it comes from.
///
/// To a down, a scale_down that fires agrees, and a target that wants fewer, each to its own count;
/// a scale_up that doesn't fire agrees to any. A scale_down that doesn't fire objects, and so does
/// a target that is met, and a rule that holds without data.
///
/// Where only limits keep a count as it is, `kind` and `asked_by` are of the rule that asked and
/// the direction is none. The first reason is what decided; the others are what every rule says.
Decision decide(const ServicePolicy& policy,
                const Situation& situation,
                const History& history,
                WallTime now);

}  // namespace scale_fleet
