#pragma once

#include "policy/policy_world.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {

/// 0 … `most`.
InstanceCount few(RandomSource& draw, int most);
Millis seconds_up_to(RandomSource& draw, int most);

ServicePolicy random_policy(RandomSource& draw);
double random_value(RandomSource& draw);

/// What a tick may bring: values, late ones, gaps; instances that fail, come or go; a key; a pause.
void meddle(PolicyWorld& world, RandomSource& draw, int second);

}  // namespace scale_fleet
