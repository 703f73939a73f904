#include "sandbox/engine.hpp"

#include <utility>

namespace scale_fleet {
namespace {

/// A record without desired state is treated as loaded.
bool is_wanted(const UnitRecord& record) {
  return record.desired_state != JobState::inactive;
}

}  // namespace

void Engine::make_pass_due() {
  if (std::exchange(pass_is_due_, true)) return;
  tables_.push(tables_.settings.engine_delay, ClusterEventKind::engine_pass, {}, {});
}

void Engine::consider(const std::string& unit) {
  if (is_hidden(unit)) return;
  changed_.insert(unit);
  make_pass_due();
}

void Engine::consider_waiting() {
  if (waiting_.empty()) return;
  retry_waiting_ = true;
  make_pass_due();
}

void Engine::consider_peers_of(const std::string& unit) {
  const auto found = followers_.find(unit);
  if (found == followers_.end()) return;
  for (const auto& follower : found->second)
    consider(follower);
}

void Engine::release(UnitRecord& record) {
  waiting_.erase(record.name);
  for (const auto& peer : record.placement.peers) {
    const auto found = followers_.find(peer);
    if (found == followers_.end()) continue;
    found->second.erase(record.name);
    if (found->second.empty()) followers_.erase(found);
  }
  if (record.target.empty()) return;
  tables_.board.vacate(record.target, record.name, record.placement);
  // No event tells the agent of a record that goes (registry/event.go:77-84): it finds out later
  // than a record that comes back at once is scheduled again.
  tables_.push(tables_.settings.engine_delay + tables_.settings.agent_delay,
               ClusterEventKind::agent_visit,
               record.name,
               record.target);
  consider_peers_of(record.name);
  consider_waiting();
}

void Engine::adopt(const UnitRecord& record) {
  for (const auto& peer : record.placement.peers)
    followers_[peer].insert(record.name);
  if (!record.target.empty()) {
    tables_.board.occupy(record.target, record.name, record.placement);
  }
  consider(record.name);
}

void Engine::unschedule(UnitRecord& record) {
  tables_.board.vacate(record.target, record.name, record.placement);
  tables_.tell_agent(record.name, record.target);
  record.target.clear();
  record.launched = false;
  consider_peers_of(record.name);
  consider_waiting();
}

void Engine::look_at(UnitRecord& record) {
  waiting_.erase(record.name);
  const bool may_stay = is_wanted(record) && !record.placement.global &&
                        (record.target.empty() ||
                         tables_.board.may_stay(record.name, record.placement, record.target));
  if (!may_stay && !record.target.empty()) unschedule(record);
  if (!is_wanted(record) || record.placement.global || !record.target.empty()) return;
  const auto machine = tables_.board.place(record.name, record.placement);
  if (!machine) {
    waiting_.insert(record.name);
    return;
  }
  record.target = *machine;
  tables_.board.occupy(*machine, record.name, record.placement);
  tables_.tell_agent(record.name, *machine);
  consider_peers_of(record.name);
}

void Engine::pass() {
  pass_is_due_ = false;
  auto names = std::exchange(changed_, {});
  if (std::exchange(retry_waiting_, false)) names.insert(waiting_.begin(), waiting_.end());
  for (const auto& name : names) {
    if (auto* record = tables_.readable(name)) look_at(*record);
  }
}

}  // namespace scale_fleet
