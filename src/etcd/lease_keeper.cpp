#include "scale_fleet/etcd/lease_keeper.hpp"

namespace scale_fleet {

LeaseKeeper::LeaseKeeper(std::unique_ptr<Lease> lease, std::function<void()> on_lost)
    : lease_(std::move(lease)),
      on_lost_(std::move(on_lost)),
      usable_until_(lease_->usable_until()),
      thread_([this](const std::stop_token& stop) { keep(stop); }) {}

std::optional<Error> LeaseKeeper::lost() const {
  const std::scoped_lock guard(mutex_);
  if (!lost_ && lease_->clock().now() >= usable_until_) lost_ = lease_->run_out();
  return lost_;
}

Outcome LeaseKeeper::release() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  return lease_->release();
}

void LeaseKeeper::keep(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock guard(mutex_);
      stopped_.wait_until(guard, stop, lease_->next_refresh(), [] { return false; });
    }
    if (stop.stop_requested()) return;
    const auto refreshed = lease_->refresh_if_due();
    const std::scoped_lock guard(mutex_);
    usable_until_ = lease_->usable_until();
    if (refreshed) continue;
    lost_ = refreshed.error();
    break;
  }
  on_lost_();
}

}  // namespace scale_fleet
