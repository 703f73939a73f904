#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cli/program_options.hpp"
#include "scale_fleet/etcd/lease_keeper.hpp"
#include "scale_fleet/platform/progress.hpp"
#include "scale_fleet/platform/service_lock.hpp"

namespace scale_fleet {

/// The members of one etcd, over clients of their own.
Result<std::unique_ptr<EtcdServers>> connect_to_etcd(const std::vector<Endpoint>& members,
                                                     const TlsFiles& tls,
                                                     const Clock& clock);

/// A random number for a holder's token.
using RandomBits = std::function<std::uint64_t()>;

/// The right of one run to change services, against every other scaler: locks on this machine and,
/// with --lock-etcd, leases in the cluster. Held as long as it lives.
class ServiceLocks {
 public:
  /// All of it outlives the locks.
  struct Parts {
    const ProgramOptions& options;
    LockPlace place;
    Clock& clock;
    const StopRequest& stop;
    Progress& progress;
    RandomBits random;
    std::function<void()> on_lost = [] {};  ///< On a lease's thread.
  };

  explicit ServiceLocks(Parts parts) : parts_(std::move(parts)) {}

  /// Waits, at most `limit` for each, until no other scaler works on the services. `command` is
  /// what others are told. Errors: precondition (somebody holds it), usage, unavailable,
  /// interrupted.
  Outcome lock(const std::vector<std::string>& services,
               const std::string& command,
               Duration limit);

  /// Why a lease is lost, if one is. Callable on any thread once locking has ended.
  std::optional<Error> lost() const;

 private:
  Outcome lock_in_etcd(const std::string& service, const std::string& command, Duration limit);
  LockPatience patience(const std::string& service, Duration limit);

  Parts parts_;
  std::vector<ServiceLock> locks_;
  std::vector<std::unique_ptr<EtcdServers>> etcd_;
  std::vector<std::unique_ptr<LeaseKeeper>> keepers_;  // Before etcd_ in destruction.
};

}  // namespace scale_fleet
