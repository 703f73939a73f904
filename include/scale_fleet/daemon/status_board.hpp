#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "scale_fleet/daemon/daemon_status.hpp"

namespace scale_fleet {

/// The daemon's last word on itself, for readers on other threads.
class StatusBoard {
 public:
  void publish(DaemonStatus status) {
    auto next = std::make_shared<const DaemonStatus>(std::move(status));
    const std::scoped_lock lock(mutex_);
    latest_ = std::move(next);
  }

  /// The loop turns, or waits for its next turn.
  void beat(WallTime now) {
    const std::scoped_lock lock(mutex_);
    last_beat_ = now;
  }

  std::optional<WallTime> last_beat() const {
    const std::scoped_lock lock(mutex_);
    return last_beat_;
  }

  /// Empty until something was published.
  std::shared_ptr<const DaemonStatus> latest() const {
    const std::scoped_lock lock(mutex_);
    return latest_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const DaemonStatus> latest_;
  std::optional<WallTime> last_beat_;
};

}  // namespace scale_fleet
