#include "scale_fleet/daemon/node_keeper.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/action_events.hpp"
#include "daemon/kept_nodes.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "scale_fleet/notify/occasions.hpp"

namespace scale_fleet {
namespace {

/// Clouds answer slowly and count the questions.
constexpr Millis shortest_time_between_looks = std::chrono::seconds(15);

DemandedCount demanded(KeptNodes& nodes) {
  return {.name = nodes.event_name,
          .policy = nodes.declared.policy,
          .current = nodes.current,
          .memory = nodes.memory,
          .pending = nodes.demands,
          .must_save = nodes.must_save};
}

std::unique_ptr<KeptNodes> kept(const DeclaredNodes& declared) {
  return std::make_unique<KeptNodes>(
      KeptNodes{.declared = declared,
                .event_name = std::string(nodes_event_prefix) + declared.name,
                .frame = frame_of(declared.policy)});
}

std::vector<std::string> movable(const std::vector<DeclaredService>& services) {
  std::vector<std::string> names;
  for (const auto& service : services) {
    if (service.reschedule) names.push_back(service.service.display_name());
  }
  return names;
}

}  // namespace

NodeKeeper::NodeKeeper(World world) : world_(std::move(world)) {}

NodeKeeper::~NodeKeeper() = default;

KeptNodes* NodeKeeper::find(const std::string& group) const {
  const auto found = std::ranges::find_if(
      groups_, [&](const auto& nodes) { return nodes && nodes->declared.name == group; });
  return found == groups_.end() ? nullptr : found->get();
}

void NodeKeeper::replace(const DeclaredFile& file) {
  interval_ = file.interval;
  services_ = file.services;
  std::vector<std::unique_ptr<KeptNodes>> next;
  for (const auto& declared : file.nodes) {
    const auto known = std::ranges::find_if(
        groups_, [&](const auto& old) { return old && old->declared.name == declared.name; });
    if (known == groups_.end()) {
      next.push_back(kept(declared));
      has_read_demands_ = false;
    } else {
      next.push_back(std::move(*known));
      next.back()->declared = declared;
      next.back()->frame = frame_of(declared.policy);
    }
  }
  for (const auto& gone : groups_) {
    if (!gone) continue;
    for (const auto& demand : gone->demands.waiting)
      put_away(demand.demand.id);
  }
  groups_ = std::move(next);
}

void NodeKeeper::stand_by() {
  has_read_demands_ = false;
  for (const auto& nodes : groups_) {
    nodes->demands = {};
    nodes->is_remembered = nodes->is_fresh = false;
    nodes->looked.reset();
  }
  // What was seen would be old when this daemon leads again.
  for (const auto& look : world_.actions.take_looks())
    at_work_.erase(look.group);
  if (world_.desk != nullptr) world_.desk->let_go();
}

/// What an earlier leader knew, and what was asked of it.
void NodeKeeper::remember() {
  // What an order of ours still makes of a group is known when it has ended.
  const auto is_to_be_read = [&](const auto& nodes) {
    return !nodes->is_remembered && !at_work_.contains(nodes->declared.name);
  };
  if (std::ranges::any_of(groups_, is_to_be_read)) {
    const auto texts = world_.state.read(nodes_shelf);
    if (!texts) return world_.progress.warn(texts.error().message);
    for (const auto& nodes : groups_) {
      if (!is_to_be_read(nodes)) continue;
      nodes->is_remembered = true;
      const auto found = texts->find(nodes->declared.name);
      if (found == texts->end()) continue;
      recall(*nodes, found->second);
    }
  }
  read_demands();
}

void NodeKeeper::recall(KeptNodes& nodes, const std::string& text) {
  auto memory = parse_memory(text);
  if (memory) {
    nodes.memory = *std::move(memory);
    return;
  }
  world_.progress.warn(fmt::format(
      "the memory of the machines of {} in {} can't be understood ({}); it begins anew, and goes "
      "down after its longest cool-down only",
      nodes.declared.name,
      world_.state.display_place(),
      memory.error().message));
  nodes.memory.history.down =
      CoolDown{.until = WallTime::max(), .because = "a memory that could not be read"};
}

/// Each time: a daemon that stood still puts on the shelf what it was asked while it led.
void NodeKeeper::read_demands() {
  if (world_.desk != nullptr) {
    const auto demands = world_.state.read(world_.desk->shelf());
    if (!demands) {
      // That the state is away later on the daemon tells.
      if (!has_read_demands_) world_.progress.warn(demands.error().message);
      return;
    }
    for (auto& [id, demand] : demands_on_shelf(*demands)) {
      if (demand) {
        take_in(*std::move(demand));
      } else {
        put_away(id);
      }
    }
  }
  has_read_demands_ = true;
}

/// What lies on the shelf is the daemon's that acts, and this may be but a dry run beside it.
void NodeKeeper::put_away(const std::string& demand) {
  if (world_.desk != nullptr && !world_.is_dry_run) world_.desk->finish({demand});
}

void NodeKeeper::take_in(KeptDemand demand) {
  const auto id = demand.demand.id;
  auto* nodes = find(demand.service);
  if (nodes == nullptr) return put_away(id);
  const auto taken = take_demand(demanded(*nodes), std::move(demand));
  if (taken == Taken::was_dealt_with) put_away(id);
  // What is asked now is decided on what is there now.
  if (taken == Taken::waits) nodes->looked.reset();
}

void NodeKeeper::take_demands() {
  if (world_.desk == nullptr) return;
  for (auto& demand : world_.desk->take())
    take_in(std::move(demand));
}

void NodeKeeper::take_ended(WallTime now, WallTime wall_now) {
  for (const auto& end : world_.actions.take_ended()) {
    at_work_.erase(end.order.nodes.name);
    const auto ended =
        wall_now - std::chrono::duration_cast<Millis>(world_.clock.now() - end.ended);
    world_.record(event_of(end, ended));
    for (const auto& notice : end.report.notices)
      world_.progress.tell(fmt::format("{}: {}", end.order.nodes.name, notice));
    auto* nodes = find(end.order.nodes.name);
    if (nodes == nullptr || !nodes->is_busy()) continue;
    conclude_order(*nodes, end, interval_, ended);
    nodes->looked.reset();
    nodes->is_fresh = false;
    if (nodes->trouble)
      world_.progress.warn(fmt::format("{}: {}", nodes->declared.name, nodes->trouble->message));
    if (end.order.decision.direction == Direction::up) tell_of_arrival(end);
    save(*nodes, now);
  }
}

/// New machines are filled; whether they came, people are told.
void NodeKeeper::tell_of_arrival(const NodesEnd& end) {
  const auto& group = end.order.nodes.name;
  const auto names = movable(services_);
  if (end.report.status > ScaleStatus::overridden) {
    const auto why = end.report.error ? end.report.error->message : "the machines did not come";
    return world_.tell(waiting_for_nodes(NoticeStatus::error, fmt::format("{}: {}", group, why)));
  }
  if (world_.moves != nullptr) world_.moves->add(names, "new machines of " + group);
  world_.tell(nodes_came_up(
      fmt::format("{} {} nodes are up, {}",
                  end.report.after.value_or(end.order.decision.count),
                  group,
                  names.empty() ? std::string("no services to reschedule")
                                : fmt::format("rescheduling {}", fmt::join(names, ", ")))));
}

void NodeKeeper::take_looks(WallTime now) {
  for (auto& [group, look] : world_.actions.take_looks()) {
    at_work_.erase(group);
    auto* nodes = find(group);
    if (nodes == nullptr) continue;
    nodes->looked = now;
    if (!look) {
      note_trouble(*nodes, look.error(), now);
      continue;
    }
    nodes->current = look->desired;
    nodes->look = std::move(*look);
    nodes->is_fresh = true;
  }
}

void NodeKeeper::note_trouble(KeptNodes& nodes, const Error& error, WallTime now) {
  const bool is_new = !nodes.trouble || nodes.trouble->message != error.message;
  nodes.trouble = error;
  if (!is_new) return;
  world_.progress.warn(fmt::format("{}: {}", nodes.declared.name, error.message));
  world_.record({.time = now,
                 .kind = EventKind::no_op,
                 .service = nodes.event_name,
                 .before = nodes.current,
                 .after = nodes.current,
                 .units = {},
                 .asked_by = "file",
                 .reason = "nothing can be decided",
                 .error = error});
}

void NodeKeeper::turn(const Samples& samples, WallTime now) {
  remember();
  if (!has_read_demands_) return;
  take_demands();
  take_looks(now);
  for (const auto& nodes : groups_) {
    if (!nodes->is_remembered || at_work_.contains(nodes->declared.name)) continue;
    if (nodes->is_fresh) decide_on(*nodes, samples, now);
    const auto pause = std::max(interval_, shortest_time_between_looks);
    const bool is_due = !nodes->looked || *nodes->looked > now || now - *nodes->looked >= pause;
    if (nodes->is_busy() || !is_due) continue;
    at_work_.insert(nodes->declared.name);
    world_.actions.look(nodes->declared);
  }
  for (const auto& nodes : groups_) {
    // What was saved when its order began holds until that has ended.
    if (nodes->must_save && !nodes->is_busy()) save(*nodes, now);
  }
}

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
  world_.progress.tell(fmt::format("{}: {} -> {} machines, because {}",
                                   nodes.declared.name,
                                   nodes.look->desired,
                                   decision.count,
                                   fmt::join(decision.reasons, "; ")));
  if (world_.is_dry_run) return;
  for (const auto& event : begin_demands(demanded(nodes), decision, now))
    world_.record(event);
  nodes.under_way =
      fmt::format("{} -> {} for {}", nodes.look->desired, decision.count, decision.asked_by);
  // Whoever takes over, should this daemon die of it, keeps its cool-down.
  const auto history = nodes.memory.history;
  nodes.memory.history = after_action(
      history, decision, {.time = now, .before = nodes.look->desired, .after = decision.count});
  nodes.memory.history.last_count.reset();
  save(nodes, now);
  nodes.memory.history = history;
  if (decision.direction == Direction::up) {
    world_.tell(about_to_wait_for_nodes(fmt::format(
        "Waiting for {} {} nodes to come online", decision.count, nodes.declared.name)));
  }
  at_work_.insert(nodes.declared.name);
  world_.actions.start({.nodes = nodes.declared,
                        .services = decision.direction == Direction::down
                                        ? services_
                                        : std::vector<DeclaredService>{},
                        .decision = decision,
                        .before = nodes.look->desired});
}

void NodeKeeper::save(KeptNodes& nodes, WallTime) {
  // What isn't read yet is another leader's.
  if (world_.is_dry_run || !world_.may_go_on() || !nodes.is_remembered) return;
  const auto saved =
      world_.state.write(nodes_shelf, nodes.declared.name, memory_text(nodes.memory));
  if (!saved) return world_.progress.warn(saved.error().message);
  const auto dealt = std::exchange(nodes.demands.dealt, {});
  if (!dealt.empty() && world_.desk != nullptr) world_.desk->finish(dealt);
  nodes.must_save = false;
}

void NodeKeeper::finish(WallTime now) {
  world_.actions.stop();
  take_ended(now, now);
}

bool NodeKeeper::is_busy() const {
  return std::ranges::any_of(groups_, [](const auto& nodes) { return nodes->is_busy(); });
}

std::vector<KeptServiceStatus> NodeKeeper::status() const {
  std::vector<KeptServiceStatus> all;
  for (const auto& nodes : groups_)
    all.push_back(status_of(*nodes));
  return all;
}

}  // namespace scale_fleet
