#include "scale_fleet/api/foresee.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scale_fleet/core/wall_time_text.hpp"
#include "scale_fleet/policy/bounds.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {
namespace {

Decision decide_alone(const KeptServiceStatus& service, const Demand& demand, WallTime now) {
  const std::vector<InstanceView> instances(*service.current);
  const Samples none;
  const History history{.up = service.cooldown_up,
                        .down = service.cooldown_down,
                        .changes = {},
                        .recommendations = {},
                        .last_count = {}};
  return decide(*service.frame,
                {.instances = instances,
                 .samples = none,
                 .pause = service.pause,
                 .desired = service.desired,
                 .demands = {&demand, 1}},
                history,
                now);
}

std::string_view word_of(Direction direction) {
  return direction == Direction::up ? "up" : "down";
}

/// Of an alert, where it needn't be decided on.
std::optional<std::string> why_ignored(const KeptServiceStatus& service,
                                       const KeptDemand& kept,
                                       AskedBefore in_hand,
                                       WallTime now) {
  if (comes_again(kept, service.acted_alerts, *service.frame, now))
    return fmt::format("{}: this alert has acted already", service.service);
  if (in_hand != AskedBefore::same_alerts) return std::nullopt;
  return fmt::format(
      "{} is being scaled {} already", service.service, word_of(kept.demand.direction));
}

bool is_of_machines(const KeptServiceStatus& kept) {
  return !kept.cloud.empty();
}

// In the words of Docker Scaler's server.go, scaler.go and nodescaler.go.

std::string at_bound(const KeptServiceStatus& kept, Direction direction, InstanceCount bound) {
  return fmt::format(
      "{} already {} number of {} {}",
      kept.service + (is_of_machines(kept) ? " nodes are" : " is"),
      direction == Direction::up ? "scaled to the maximum" : "descaled to the minimum",
      bound,
      is_of_machines(kept) ? "nodes" : "replicas");
}

std::string on_its_way(const KeptServiceStatus& kept,
                       InstanceCount count,
                       const HeldBounds& bounds) {
  if (is_of_machines(kept)) {
    return fmt::format("Changing the number of {} nodes on {} from {} to {}",
                       kept.service,
                       kept.cloud,
                       *kept.current,
                       count);
  }
  return fmt::format("Scaling {} from {} to {} replicas (min: {}, max: {})",
                     kept.service,
                     *kept.current,
                     count,
                     bounds.min,
                     bounds.max == max_count ? "none" : std::to_string(bounds.max));
}

Accepted<Foreseen> nothing_by(const KeptServiceStatus& service,
                              const Demand& demand,
                              const Decision& decision,
                              const HeldBounds& bounds) {
  const auto current = *service.current;
  const bool is_program = demand.asker == Asker::program;
  const bool is_held = decision.kind == ReasonKind::paused || decision.kind == ReasonKind::desired;
  if (is_held) {
    const auto why =
        fmt::format("{}: {}",
                    service.service,
                    fmt::join(decision.limits.empty() ? decision.reasons : decision.limits, "; "));
    if (is_program) return refusal(409, why);
    return Foreseen{.message = why};
  }
  if (demand.direction == Direction::up && current >= bounds.max)
    return Foreseen{.at_bound = Direction::up,
                    .message = at_bound(service, Direction::up, bounds.max)};
  if (demand.direction == Direction::down && current <= bounds.min)
    return Foreseen{.at_bound = Direction::down,
                    .message = at_bound(service, Direction::down, bounds.min)};
  if (!decision.limits.empty())
    return Foreseen{.message =
                        fmt::format("{}: {}", service.service, fmt::join(decision.limits, "; "))};
  return Foreseen{.message = fmt::format("{} has {} {} already",
                                         service.service,
                                         current,
                                         is_of_machines(service) ? "nodes" : "replicas")};
}

}  // namespace

Accepted<Foreseen> foresee(const KeptServiceStatus& service,
                           const KeptDemand& kept,
                           AskedBefore in_hand,
                           WallTime now) {
  if (service.carrying) in_hand = std::max(in_hand, asked_before(kept, *service.carrying));
  if (!service.current) {
    return refusal(503,
                   service.trouble
                       ? fmt::format("{}: {}", service.service, service.trouble->message)
                       : fmt::format("the instances of {} are not known yet", service.service));
  }
  if (kept.demand.asker == Asker::alert) {
    if (auto why = why_ignored(service, kept, in_hand, now))
      return Foreseen{.message = *std::move(why)};
  }
  const auto bounds = bounds_at(*service.frame, now);
  const auto decision = decide_alone(service, kept.demand, now);
  // A key decides whatever is asked for; where it is met, that is no answer to the demand.
  const bool is_by_key = decision.kind == ReasonKind::desired;
  if (decision.direction == Direction::none || is_by_key)
    return nothing_by(service, kept.demand, decision, bounds);
  if (in_hand == AskedBefore::same_direction) {
    return Foreseen{
        .is_change = true,
        .message = fmt::format("{} is being scaled {} already; this alert is decided on "
                               "with that or after it",
                               service.service,
                               word_of(kept.demand.direction))};
  }
  return Foreseen{.is_change = true, .message = on_its_way(service, decision.count, bounds)};
}

}  // namespace scale_fleet
