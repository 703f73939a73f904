#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/action_events.hpp"
#include "daemon/kept_nodes.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"

// What the keeper decides on a group, and how that begins.

namespace scale_fleet {

void NodeKeeper::decide_on(KeptNodes& nodes, const Samples& samples, WallTime now) {
  nodes.is_fresh = false;
  const auto& policy = nodes.declared.policy;
  const auto current = nodes.look->desired;
  auto& history = nodes.memory.history;
  const auto seen = after_look(history, policy, current, now);
  if (history.last_count && *history.last_count != current) {
    world_.record(found_changed(nodes.event_name, *history.last_count, seen, now));
    nodes.memory.carrying.reset();
  }
  nodes.must_save = nodes.must_save || seen != history;
  history = seen;
  if (goes_on_waiting(nodes)) return;
  for (const auto& event : drop_stale_demands(demanded(nodes), now))
    world_.record(event);
  const auto machines = see_machines(*nodes.look, now);
  const auto demands = demands_of(nodes.memory, nodes.demands);
  nodes.decision = decide(held_by_group(policy, *nodes.look),
                          {.instances = machines, .samples = samples, .demands = demands},
                          history,
                          now);
  history = remembered(std::move(history), policy, *nodes.decision, current, now);
  remember_decision(nodes.memory, *nodes.decision, current, now);
  act_on(nodes, now);
}

void NodeKeeper::act_on(KeptNodes& nodes, WallTime now) {
  auto& decision = *nodes.decision;
  if (decision.direction == Direction::none) {
    nodes.trouble.reset();
    nodes.told.clear();
    nodes.failure.reset();
    for (const auto& event : settle_demands(demanded(nodes), decision, now))
      world_.record(event);
    return;
  }
  const bool is_to_wait = nodes.next_try && *nodes.next_try > now &&
                          *nodes.next_try - now <= longest_pause_after_failure;
  if (is_to_wait) {
    decision.limits.push_back(
        fmt::format("it failed and is tried again in {}", format_duration(*nodes.next_try - now)));
    return;
  }
  start(nodes, now);
}

void NodeKeeper::start(KeptNodes& nodes, WallTime now) {
  const auto& decision = *nodes.decision;
  auto line = fmt::format("{}: {} -> {} machines, because {}",
                          nodes.declared.name,
                          nodes.look->desired,
                          decision.count,
                          fmt::join(decision.reasons, "; "));
  if (world_.is_dry_run) {
    // It decides the same again and again.
    if (line != nodes.told) world_.progress.tell(line);
    nodes.told = std::move(line);
    return;
  }
  NodesOrder order{.nodes = nodes.declared,
                   .services = decision.direction == Direction::down
                                   ? services_
                                   : std::vector<DeclaredService>{},
                   .decision = decision,
                   .before = nodes.look->desired};
  for (const auto& event : begin_demands(demanded(nodes), decision, now))
    world_.record(event);
  if (!put_down(nodes, order, now)) return;
  world_.progress.tell(line);
  nodes.under_way =
      fmt::format("{} -> {} for {}", nodes.look->desired, decision.count, decision.asked_by);
  at_work_.insert(nodes.declared.name);
  world_.actions.start(std::move(order));
}

/// Whoever takes over, should this daemon die of the order, keeps its cool-down and waits for its
/// machines. Where that can't be, nothing is begun: the cloud would be asked twice.
bool NodeKeeper::put_down(KeptNodes& nodes, const NodesOrder& order, WallTime now) {
  const auto history = nodes.memory.history;
  nodes.memory.history =
      after_action(history,
                   order.decision,
                   {.time = now, .before = order.before, .after = order.decision.count});
  nodes.memory.history.last_count.reset();
  if (order.decision.direction == Direction::up)
    nodes.awaited = awaited_by(order, *nodes.look, nodes.machines, now);
  const bool is_put_down = save(nodes);
  nodes.memory.history = history;
  if (is_put_down) return true;
  nodes.awaited.reset();
  nodes.must_save = true;
  if (nodes.unsaved) note_trouble(nodes, *nodes.unsaved, "it could not be remembered", now);
  return false;
}

/// Whether machines are waited for again that a daemon before this has asked for.
bool NodeKeeper::goes_on_waiting(KeptNodes& nodes) {
  if (!nodes.awaited || world_.is_dry_run) return false;
  if (nodes.look->desired != nodes.awaited->count) {
    nodes.awaited.reset();
    nodes.must_save = true;
    return false;
  }
  nodes.under_way = fmt::format(
      "waiting for {} machines, which {} asked for", nodes.awaited->count, nodes.awaited->asked_by);
  at_work_.insert(nodes.declared.name);
  world_.actions.start(order_to_await(nodes.declared, *nodes.awaited));
  return true;
}

}  // namespace scale_fleet
