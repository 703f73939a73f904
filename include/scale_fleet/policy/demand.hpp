#pragma once

#include <optional>
#include <string>

#include "scale_fleet/core/count.hpp"

namespace scale_fleet {

enum class Direction { none, up, down };

constexpr Direction direction_between(InstanceCount current, InstanceCount count) {
  return count > current ? Direction::up : count < current ? Direction::down : Direction::none;
}

/// Who asks from outside. An alert is weighed with the rules and waits for cool-downs; a program,
/// or the person behind it, is held by bounds alone, and begins the manual cool-down.
enum class Asker { alert, program };

/// A change of a count that somebody outside asks for, once.
struct Demand {
  std::string id;  ///< Tells it from every other.
  Asker asker = Asker::alert;
  std::string asked_by;                     ///< For people and the audit: `alert HighLoad`.
  Direction direction = Direction::none;    ///< Of a step.
  std::optional<InstanceCount> by;          ///< Of a step; empty: as the policy says.
  std::optional<InstanceCount> count = {};  ///< Instead of a step: so many in all.
  /// Only if so many are there when it is decided on.
  std::optional<InstanceCount> only_from = {};

  bool operator==(const Demand&) const = default;
};

}  // namespace scale_fleet
