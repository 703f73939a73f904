#include "scale_fleet/daemon/demand_desk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace scale_fleet {
namespace {

/// After a removal that failed: the store is away, or full.
constexpr auto rest_after_failure = std::chrono::seconds(5);

}  // namespace

void DemandDesk::put(KeptDemand demand, Stored stored) {
  {
    const std::scoped_lock lock(mutex_);
    in_hand_.emplace(demand.demand.id, demand);
    handed_.push_back({.demand = std::move(demand), .stored = std::move(stored)});
  }
  has_work_.notify_one();
}

std::vector<KeptDemand> DemandDesk::take() {
  const std::scoped_lock lock(mutex_);
  for (const auto& id : std::exchange(dealt_with_, {}))
    in_hand_.erase(id);
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
}

std::vector<Demand> DemandDesk::in_hand(const std::string& service) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Demand> demands;
  for (const auto& [id, kept] : in_hand_) {
    if (kept.service == service) demands.push_back(kept.demand);
  }
  return demands;
}

void DemandDesk::store(Handed handed) {
  const auto& id = handed.demand.demand.id;
  const auto written = store_.write(shelf_, id, demand_text(handed.demand));
  {
    const std::scoped_lock lock(mutex_);
    if (!written) in_hand_.erase(id);
    if (written) accepted_.push_back(std::move(handed.demand));
  }
  handed.stored(written);
  if (written) wake_();
}

bool DemandDesk::work() {
  std::unique_lock lock(mutex_);
  auto handed = std::exchange(handed_, {});
  auto finished = std::exchange(finished_, {});
  lock.unlock();
  for (auto& each : handed)
    store(std::move(each));
  std::erase_if(finished,
                [&](const std::string& id) { return store_.remove(shelf_, id).has_value(); });
  if (finished.empty()) return true;
  lock.lock();
  finished_.merge(finished);
  return false;
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
