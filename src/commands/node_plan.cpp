#include "scale_fleet/commands/node_plan.hpp"

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// A bound, and whose it is.
struct NamedBound {
  InstanceCount count = 0;
  std::string_view name;
};

NamedBound lower_bound_of(const GroupLook& group, const DeclaredNodes& declared) {
  if (declared.policy.min >= group.min)
    return {.count = declared.policy.min, .name = "the file's min"};
  return {.count = group.min, .name = "the group's own minimum"};
}

NamedBound upper_bound_of(const GroupLook& group, const DeclaredNodes& declared) {
  NamedBound bound{.count = max_count, .name = "what can be counted"};
  if (declared.policy.max) bound = {.count = *declared.policy.max, .name = "the file's max"};
  if (group.max && *group.max < bound.count)
    bound = {.count = *group.max, .name = "the group's own maximum"};
  return bound;
}

}  // namespace

Result<DesiredCount> desired_machines(const Count& asked,
                                      const GroupLook& group,
                                      const DeclaredNodes& declared) {
  const auto least = lower_bound_of(group, declared);
  const auto most = upper_bound_of(group, declared);
  if (least.count > most.count) {
    return failure(ErrorKind::usage,
                   fmt::format("{} of {} is {}, and {} is {}: no count is within both",
                               least.name,
                               declared.name,
                               least.count,
                               most.name,
                               most.count));
  }
  auto desired = desired_count(asked, group.desired, {});
  const auto wanted = desired.count;
  const auto limit = [&](const NamedBound& bound) {
    desired = {.count = bound.count,
               .limited = fmt::format(
                   "asked for {}, limited to {} by {}", wanted, bound.count, bound.name)};
  };
  if (wanted > most.count) limit(most);
  if (wanted < least.count) limit(least);
  const bool turns_around = (asked.kind == Count::Kind::more && desired.count < group.desired) ||
                            (asked.kind == Count::Kind::fewer && desired.count > group.desired);
  if (turns_around) {
    desired.limited = fmt::format("asked for {} from {}, which is beyond {} already",
                                  wanted,
                                  group.desired,
                                  asked.kind == Count::Kind::more ? most.name : least.name);
    desired.count = group.desired;
  }
  return desired;
}

}  // namespace scale_fleet
