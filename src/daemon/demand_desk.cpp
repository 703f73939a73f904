#include "scale_fleet/daemon/demand_desk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// After a removal that failed: the store is away, or full.
constexpr auto rest_after_failure = std::chrono::seconds(5);

}  // namespace

void DemandDesk::put(KeptDemand demand, Stored stored) {
  {
    const std::scoped_lock lock(mutex_);
    const bool has_room = in_doubt_.size() + in_hand_.size() < most_demands_in_hand;
    if (has_room) {
      in_doubt_.insert(demand.demand.id);
      handed_.push_back({.demand = std::move(demand), .stored = std::exchange(stored, nullptr)});
    }
  }
  if (!stored) return has_work_.notify_one();
  stored(failure(ErrorKind::unavailable,
                 fmt::format("{} wait already: try again later", most_demands_in_hand)));
}

std::vector<KeptDemand> DemandDesk::take() {
  const std::scoped_lock lock(mutex_);
  for (const auto& id : std::exchange(dealt_with_, {}))
    in_hand_.erase(id);
  for (const auto& id : std::exchange(taken_back_, {}))
    in_doubt_.erase(id);
  return std::exchange(accepted_, {});
}

void DemandDesk::finish(const std::vector<std::string>& ids) {
  {
    const std::scoped_lock lock(mutex_);
    dealt_with_.insert(dealt_with_.end(), ids.begin(), ids.end());
    finished_.insert(ids.begin(), ids.end());
  }
  has_work_.notify_one();
}

void DemandDesk::let_go() {
  const std::scoped_lock lock(mutex_);
  accepted_.clear();
  in_hand_.clear();
  dealt_with_.clear();
  for (const auto& id : std::exchange(taken_back_, {}))
    in_doubt_.erase(id);
}

AskedBefore DemandDesk::in_hand(const KeptDemand& kept) const {
  const std::scoped_lock lock(mutex_);
  auto found = AskedBefore::nothing;
  for (const auto& [id, other] : in_hand_)
    found = std::max(found, asked_before(kept, other));
  return found;
}

bool DemandDesk::is_in_doubt(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  return in_doubt_.contains(id);
}

/// It may have been written also where that failed: the answer can be what was lost.
void DemandDesk::conclude(Handed handed, const Outcome& written) {
  const auto id = handed.demand.demand.id;
  const bool is_accepted = handed.stored(written) && written;
  {
    const std::scoped_lock lock(mutex_);
    if (is_accepted) {
      in_doubt_.erase(id);
      in_hand_.emplace(id, handed.demand);
      accepted_.push_back(std::move(handed.demand));
    } else {
      finished_.insert(id);
    }
  }
  if (is_accepted) wake_();
}

bool DemandDesk::remove(std::set<std::string> ids) {
  std::vector<std::string> removed;
  for (const auto& id : ids) {
    if (!store_.remove(shelf_, id)) break;
    removed.push_back(id);
  }
  const std::scoped_lock lock(mutex_);
  for (const auto& id : removed) {
    ids.erase(id);
    if (in_doubt_.contains(id)) taken_back_.push_back(id);
  }
  finished_.merge(ids);
  return finished_.empty();
}

bool DemandDesk::work() {
  std::unique_lock lock(mutex_);
  auto handed = std::exchange(handed_, {});
  lock.unlock();
  Outcome reached;
  for (auto& each : handed) {
    // Where one can't be written, the others aren't kept waiting until they can't, too.
    if (reached) {
      const auto& id = each.demand.demand.id;
      reached = store_.write(shelf_, id, demand_text(each.demand));
    }
    conclude(std::move(each), reached);
  }
  lock.lock();
  auto finished = std::exchange(finished_, {});
  lock.unlock();
  return remove(std::move(finished));
}

bool DemandDesk::wait_for_work(Duration rest) {
  std::unique_lock lock(mutex_);
  has_work_.wait_for(lock, rest, [&] { return stops_ || !handed_.empty(); });
  has_work_.wait(lock, [&] { return stops_ || !handed_.empty() || !finished_.empty(); });
  return !stops_;
}

void DemandDesk::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  has_work_.notify_all();
}

DemandClerk::DemandClerk(DemandDesk& desk)
    : desk_(desk), thread_([&desk] {
        auto rest = Duration::zero();
        while (desk.wait_for_work(rest))
          rest = desk.work() ? Duration::zero() : Duration(rest_after_failure);
        // What was handed in at the last moment is answered, and what was dealt with forgotten.
        desk.work();
      }) {}

DemandClerk::~DemandClerk() {
  desk_.stop();
  thread_.join();
}

}  // namespace scale_fleet
