#pragma once

#include <vector>

#include "policy/rule_answer.hpp"

namespace scale_fleet {

/// What every rule says, in the order of the policy: scale_up, scale_down, target.
std::vector<RuleAnswer> answers_to(const Question& question);

/// What the answers come to, before anything limits it: up to the highest count that any asks for;
/// else down where at least one asks and none objects, to the lowest that all agree with; else as
/// it is. A scale_down rule that doesn't fire objects, and so does a target that is met. A target
/// that wants fewer and may not scale down asks for nothing, but agrees with no less than it wants.
/// A scale_up rule that doesn't fire objects to nothing.
Decision verdict(const std::vector<RuleAnswer>& answers, InstanceCount current);

}  // namespace scale_fleet
