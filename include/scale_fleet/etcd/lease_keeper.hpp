#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/etcd/lease.hpp"

namespace scale_fleet {

/// Refreshes a lease on a thread of its own, so that it lives while the main thread is busy for
/// minutes. Nothing else may use the lease or its EtcdServers meanwhile; the lease's clock must be
/// the steady one, and its now() callable on any thread. Destruction stops the thread, after a
/// request in flight has ended, and releases the lease.
class LeaseKeeper {
 public:
  /// `on_lost` is called once, on the keeper's thread, when the lease is lost; meant for
  /// SignalStopRequest::wake(), so that the main thread looks at lost().
  LeaseKeeper(std::unique_ptr<Lease> lease, std::function<void()> on_lost);
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;
  ~LeaseKeeper() = default;

  /// Why the lease is lost, once it is. Then nothing more may be changed. Callable on any thread.
  /// True even when this process was stopped for longer than the lease lives and the keeper's
  /// thread hasn't run since.
  std::optional<Error> lost() const;

  /// Stops the thread and gives the lease back; see Lease::release().
  Outcome release();

 private:
  void keep(const std::stop_token& stop);

  std::unique_ptr<Lease> lease_;
  std::function<void()> on_lost_;
  mutable std::mutex mutex_;
  std::condition_variable_any stopped_;
  mutable std::optional<Error> lost_;  // Guarded by mutex_, as the next.
  TimePoint usable_until_;
  std::jthread thread_;  // Last, so that it ends before what it uses.
};

}  // namespace scale_fleet
