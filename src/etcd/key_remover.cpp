#include "scale_fleet/etcd/key_remover.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "etcd/key_request.hpp"

namespace scale_fleet {

KeyRemover::KeyRemover(std::vector<std::unique_ptr<HttpClient>> members)
    : KeyRemover(std::move(members), Limits{}) {}

KeyRemover::KeyRemover(std::vector<std::unique_ptr<HttpClient>> members, Limits limits)
    : members_(std::move(members)), limits_(limits) {
  if (members_.empty()) throw std::invalid_argument("an etcd cluster without members");
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void KeyRemover::remove(std::string key, KeyIndex modified) {
  {
    const std::scoped_lock guard(mutex_);
    if (waiting_.size() >= limits_.waiting) return;
    waiting_.push_back({.key = std::move(key), .modified = modified});
  }
  changed_.notify_one();
}

void KeyRemover::run(const std::stop_token& stop) {
  constexpr auto patience = std::chrono::minutes(1);
  const std::stop_callback waker(stop, [this] {
    for (const auto& member : members_)
      member->wake();
  });
  std::size_t current = 0;
  while (has_work(stop)) {
    auto& member = *members_[current];
    start_some(member);
    bool all_settled = true;
    while (!under_way_.empty() && !stop.stop_requested()) {
      for (const auto& ended : member.wait(std::chrono::steady_clock::now() + patience))
        all_settled = settle(ended) && all_settled;
      if (all_settled) start_some(member);
    }
    if (all_settled) continue;
    current = (current + 1) % members_.size();
    std::unique_lock guard(mutex_);
    const auto later = std::chrono::steady_clock::now() + limits_.retry_after;
    changed_.wait_until(guard, stop, later, [] { return false; });
  }
}

bool KeyRemover::has_work(const std::stop_token& stop) {
  std::unique_lock guard(mutex_);
  return changed_.wait(guard, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested();
}

void KeyRemover::start_some(HttpClient& member) {
  while (under_way_.size() < limits_.at_once) {
    Wanted wanted;
    {
      const std::scoped_lock guard(mutex_);
      if (waiting_.empty()) return;
      wanted = std::move(waiting_.front());
      waiting_.pop_front();
    }
    const auto target = key_target(wanted.key);
    if (!target) continue;
    member.start(++last_id_, delete_key(*target, wanted.modified));
    under_way_[last_id_] = std::move(wanted);
  }
}

bool KeyRemover::settle(const EndedRequest& ended) {
  auto wanted = under_way_.extract(ended.id);
  if (wanted.empty()) return true;
  switch (read_key_reply(ended.result).answer) {
    case KeyAnswer::done:
    case KeyAnswer::missing:
    case KeyAnswer::differs:
    case KeyAnswer::refused:
      return true;
    case KeyAnswer::unreachable:
    case KeyAnswer::unclear:
      break;
  }
  const std::scoped_lock guard(mutex_);
  waiting_.push_back(std::move(wanted.mapped()));
  return false;
}

}  // namespace scale_fleet
