#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "scale_fleet/etcd/lease_keeper.hpp"
#include "scale_fleet/platform/lock_holder.hpp"

namespace scale_fleet {

/// Which one of several daemons acts: the one that holds a lease in etcd. The others try again at
/// each turn of their loops, so one of them takes over when the lease of a dead one has ended.
class Leadership {
 public:
  /// What is outside; all of it outlives the leadership.
  struct Parts {
    EtcdServers& etcd;
    const Clock& clock;  ///< The steady one; its now() callable on any thread.
    /// This daemon, the same always, with a random token: its own lease, lost sight of while etcd
    /// was away, is known by it.
    LockHolder holder;
    LeaseTimes times = {};
    std::function<void()> on_lost = [] {};                              ///< On the lease's thread.
    std::function<void(const std::string&)> tell = [](const auto&) {};  ///< For people.
  };

  explicit Leadership(Parts parts) : parts_(std::move(parts)) {}

  /// Whether this daemon may act; tries to come to it where it may not. Waits for etcd a few
  /// seconds at most.
  bool leads();

  /// Whether what was begun may go on: false from the moment at which the lease is lost. Callable
  /// on any thread.
  bool may_go_on() const;

  /// Whether another one led when this one tried last.
  bool stands_by() const { return stands_by_; }

  /// Why it couldn't be asked for when this one tried last; empty where it could.
  const std::optional<Error>& trouble() const { return trouble_; }

  /// Gives the lease back, so that another daemon needn't wait for its end.
  void resign();

 private:
  std::unique_ptr<LeaseKeeper> put_in_place(std::unique_ptr<LeaseKeeper> keeper);

  Parts parts_;
  mutable std::mutex mutex_;
  std::unique_ptr<LeaseKeeper> keeper_;  // Guarded by mutex_.
  std::string told_;
  bool stands_by_ = false;
  std::optional<Error> trouble_;
};

/// What the lease is called, among those of services: no service's name begins so.
inline constexpr std::string_view daemon_lease = "_daemon";

}  // namespace scale_fleet
