#pragma once

#include <span>
#include <vector>

#include "scale_fleet/policy/bounds.hpp"
#include "policy/rule_answer.hpp"

namespace scale_fleet {

/// The first demand that no rule is weighed against: a program's, or an alert's that has been
/// decided on. Null where there is none.
const Demand* settled_demand(std::span<const Demand> demands);

/// The count that such a demand leads to, within the bounds.
Decision by_demand(const Demand& demand, const Question& question, const HeldBounds& bounds);

/// Puts the alerts beside what the rules decided, brakes included: `decision` becomes theirs where
/// they go further.
void weigh_alerts(Decision& decision,
                  const std::vector<RuleAnswer>& answers,
                  const Question& question,
                  const HeldBounds& bounds);

/// The decision answers every demand, and carries none out.
void answer_all(Decision& decision, std::span<const Demand> demands);

}  // namespace scale_fleet
