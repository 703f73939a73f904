#pragma once

#include <span>
#include <vector>

#include "policy/rule_answer.hpp"
#include "scale_fleet/policy/bounds.hpp"

namespace scale_fleet {

/// The demands that no rule is weighed against: an alert's that has been decided on, alone; else
/// all of programs, in their order.
std::vector<const Demand*> settled_demands(std::span<const Demand> demands);

/// The count that such demands lead to, one after the other, each within the bounds. There is at
/// least one.
Decision by_demands(const std::vector<const Demand*>& demands,
                    const Question& question,
                    const HeldBounds& bounds);

/// Puts the alerts beside what the rules decided, brakes included: `decision` becomes theirs where
/// they go further.
void weigh_alerts(Decision& decision,
                  const std::vector<RuleAnswer>& answers,
                  const Question& question,
                  const HeldBounds& bounds);

/// The decision answers every demand, and carries none out.
void answer_all(Decision& decision, std::span<const Demand> demands);

/// The same of the alerts: an alert is over, and what a program was promised waits.
void answer_alerts(Decision& decision, std::span<const Demand> demands);

}  // namespace scale_fleet
