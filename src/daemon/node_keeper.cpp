#include "scale_fleet/daemon/node_keeper.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/kept_nodes.hpp"
#include "daemon/kept_service.hpp"
#include "scale_fleet/daemon/event_notices.hpp"
#include "scale_fleet/notify/occasions.hpp"

namespace scale_fleet {
namespace {

/// Clouds answer slowly and count the questions.
constexpr Millis shortest_time_between_looks = std::chrono::seconds(15);

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

void NodeKeeper::tell_of_asked() {
  for (const auto& asked : world_.actions.take_asked()) {
    world_.tell(about_to_wait_for_nodes(
        fmt::format("Waiting for {} {} nodes to come online", asked.count, asked.group)));
  }
}

void NodeKeeper::take_ended(WallTime wall_now) {
  tell_of_asked();
  for (const auto& end : world_.actions.take_ended()) {
    at_work_.erase(end.order.nodes.name);
    const auto ended =
        wall_now - std::chrono::duration_cast<Millis>(world_.clock.now() - end.ended);
    auto* nodes = find(end.order.nodes.name);
    const auto event = event_of(end, ended);
    if (nodes == nullptr || !is_told(*nodes, end.report, event)) world_.record(event);
    for (const auto& notice : end.report.notices)
      world_.progress.tell(fmt::format("{}: {}", end.order.nodes.name, notice));
    if (nodes == nullptr || !nodes->is_busy()) continue;
    conclude_order(*nodes, end, interval_, ended);
    nodes->looked.reset();
    nodes->is_fresh = false;
    if (nodes->trouble)
      world_.progress.warn(fmt::format("{}: {}", nodes->declared.name, nodes->trouble->message));
    const bool is_awaited = end.order.awaited || has_touched_group(end.report);
    const bool may_come = end.order.decision.direction == Direction::up && is_awaited &&
                          end.report.status != ScaleStatus::interrupted;
    if (may_come) tell_of_arrival(end);
    save(*nodes);
  }
}

/// New machines are filled; whether they came, people are told.
void NodeKeeper::tell_of_arrival(const NodesEnd& end) {
  const auto& group = end.order.nodes.name;
  const auto names = movable(services_);
  const bool is_well = end.report.status <= ScaleStatus::overridden;
  const bool has_some = std::ranges::any_of(end.report.machines, [](const NodeChange& change) {
    return change.action == NodeChange::Action::launch && change.result == StepResult::done;
  });
  if (world_.moves != nullptr && (is_well || has_some))
    world_.moves->add(names, "new machines of " + group);
  if (!is_well) {
    const auto why = end.report.error ? end.report.error->message : "the machines did not come";
    return world_.tell(waiting_for_nodes(NoticeStatus::error, fmt::format("{}: {}", group, why)));
  }
  world_.tell(nodes_came_up(
      fmt::format("{} {} nodes are up, {}",
                  end.report.after.value_or(end.order.decision.count),
                  group,
                  names.empty() ? std::string("no services to reschedule")
                                : fmt::format("rescheduling {}", fmt::join(names, ", ")))));
}

void NodeKeeper::take_looks(WallTime now) {
  for (auto& [group, look, machines] : world_.actions.take_looks()) {
    at_work_.erase(group);
    auto* nodes = find(group);
    if (nodes == nullptr) continue;
    nodes->looked = now;
    nodes->is_away = !look;
    if (!look) {
      if (note_trouble(*nodes, look.error(), "nothing can be decided", now))
        world_.progress.warn(fmt::format("{}: {}", group, look.error().message));
      continue;
    }
    nodes->current = look->desired;
    nodes->look = std::move(*look);
    nodes->machines = std::move(machines);
    nodes->is_fresh = true;
  }
}

/// Whether it is new.
bool NodeKeeper::note_trouble(KeptNodes& nodes,
                              const Error& error,
                              const std::string& reason,
                              WallTime now) {
  if (nodes.trouble && nodes.trouble->message == error.message) return false;
  nodes.trouble = error;
  world_.record({.time = now,
                 .kind = EventKind::no_op,
                 .service = nodes.event_name,
                 .before = nodes.current,
                 .after = nodes.current,
                 .units = {},
                 .asked_by = "file",
                 .reason = reason,
                 .error = error});
  return true;
}

void NodeKeeper::turn(const Samples& samples, WallTime now) {
  remember();
  if (!has_read_demands_) return;
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
    if (nodes->must_save && !nodes->is_busy()) save(*nodes);
  }
}

void NodeKeeper::finish(WallTime now) {
  world_.actions.stop();
  take_ended(now);
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
