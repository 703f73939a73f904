#include "simulation/declared_policies.hpp"

namespace scale_fleet {

using namespace std::chrono_literals;

namespace {

ThresholdRule rule_of_load(const std::string& path, Comparison comparison, double threshold) {
  return {.path = path,
          .metric = declared_load,
          .comparison = comparison,
          .threshold = threshold,
          .cooldown = declared_cooldown};
}

}  // namespace

ServicePolicy random_declared_policy(RandomSource& chance) {
  ServicePolicy policy{.min = static_cast<InstanceCount>(chance.between(0, 3))};
  policy.max = policy.min + static_cast<InstanceCount>(chance.between(0, 4));
  if (chance.percent(70))
    policy.scale_up.push_back(rule_of_load("scale_up[0]", Comparison::above, 80));
  if (chance.percent(70))
    policy.scale_down.push_back(rule_of_load("scale_down[0]", Comparison::below, 20));
  if (chance.percent(30))
    policy.target.push_back({.path = "target[0]", .metric = declared_load, .target = 20});
  if (chance.percent(30)) policy.settle_down = 1min;
  policy.manual_cooldown = 20s;
  return policy;
}

ServicePolicy policy_of_reckoned() {
  ServicePolicy policy{.min = 0, .max = 100};
  policy.manual_cooldown = 20s;
  return policy;
}

}  // namespace scale_fleet
