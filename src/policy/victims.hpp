#pragma once

#include <vector>

#include "policy/rule_answer.hpp"

namespace scale_fleet {

/// Who goes, in this order, as many as `count`: first those whose own metric fired, the longest
/// run first, then by the policy's rule. Among equals the highest number goes first.
///   idle_first     idle ones, then the highest numbers
///   highest        the highest numbers
///   newest,oldest  by well_since; those that aren't well before all others
///   lowest_metric  by the newest fresh value of the first metric per instance (of scale_down, then
///                  of target, then of scale_up); idle ones before all others, those without a
///                  value after them
std::vector<InstanceNumber> victims(const Question& question,
                                    const std::vector<RuleAnswer>& answers,
                                    std::size_t count);

}  // namespace scale_fleet
