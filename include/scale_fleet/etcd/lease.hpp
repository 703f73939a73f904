#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/lock_holder.hpp"
#include "scale_fleet/platform/lock_wait.hpp"

namespace scale_fleet {

struct LeaseTimes {
  std::chrono::seconds ttl{30};  ///< etcd forgets a lease that nobody refreshed so long.
  Duration refresh_every = std::chrono::seconds(10);
  Duration retry_every = std::chrono::seconds(1);  ///< After a refresh without a clear answer.
  /// So long before etcd may have forgotten it, a lease counts as lost: time for its holder to
  /// stop before the next one starts.
  Duration margin = std::chrono::seconds(5);
};

struct LeaseWish {
  std::string service;  ///< The display name.
  LockHolder holder;    ///< With a random token, else std::invalid_argument is thrown.
  LeaseTimes times = {};
};

/// The right to scale a service, for one holder in the whole cluster: a key in etcd that holds his
/// name and goes away when he doesn't refresh it. It must be refreshed by calling
/// refresh_if_due(); LeaseKeeper does so on a thread. Released on destruction.
class Lease {
 public:
  struct Terms {
    std::string target;
    std::string value;
    LeaseTimes times;
    TimePoint since;  ///< When the request was sent that made etcd count: no later than that.
  };

  /// `servers` and `clock` must outlive the lease. Made by try_lease().
  Lease(EtcdServers& servers, const Clock& clock, Terms terms);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  /// When refresh_if_due() wants to be called next.
  TimePoint next_refresh() const { return next_refresh_; }

  /// From then on it counts as lost, unless it is refreshed before.
  TimePoint usable_until() const { return valid_until_ - terms_.times.margin; }

  /// What refresh_if_due() returns at usable_until() where nothing else is known. Callable on any
  /// thread.
  Error run_out() const { return lost_because("it was not refreshed in time"); }

  const Clock& clock() const { return clock_; }

  /// Refreshes when it is time to. An error (ErrorKind::precondition) means that the lease is lost
  /// for good: it ended, somebody else has it, or etcd couldn't be asked until `margin` before its
  /// end. The holder must stop changing the service. Returns by that moment even if etcd is silent.
  Outcome refresh_if_due();

  /// Gives the lease back, once. ErrorKind::unavailable: etcd couldn't be told and will forget it
  /// by itself; ErrorKind::precondition: it was lost before.
  Outcome release();

 private:
  Error lost_because(const std::string& how) const;
  Outcome lose(const std::string& how);

  EtcdServers& servers_;
  const Clock& clock_;
  Terms terms_;
  TimePoint valid_until_;
  TimePoint next_refresh_;
  std::string last_failure_ = "etcd was not asked in time";
  std::optional<Error> lost_;
  bool released_ = false;
};

/// Takes the lease, or says who has it. A request whose fate is unknown is looked into: the token
/// tells whether it was carried out. Errors: ErrorKind::unavailable (no member could be asked),
/// ErrorKind::refused (not an etcd with v2 keys, no permission).
Result<LockAttempt<std::unique_ptr<Lease>>> try_lease(EtcdServers& servers,
                                                      const Clock& clock,
                                                      const LeaseWish& wish);

/// The same, trying again each second; errors as above and as in wait_for_lock().
Result<std::unique_ptr<Lease>> wait_for_lease(EtcdServers& servers,
                                              const LeaseWish& wish,
                                              const LockPatience& patience);

}  // namespace scale_fleet
