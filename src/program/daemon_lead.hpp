#pragma once

#include <memory>
#include <optional>
#include <string>

#include "program/session.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/leadership.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/platform/service_lock.hpp"

namespace scale_fleet {

/// Which daemon acts: state in a folder is one daemon's, by a lock in it; state in etcd is the
/// leader's, by a lease there.
class DaemonLead {
 public:
  /// All of it outlives this.
  struct Parts {
    const DeclaredFile& file;
    const std::string& command_line;  ///< What others are told.
    Session& session;
    Progress& progress;
  };

  explicit DaemonLead(Parts parts) : parts_(parts) {}

  /// Takes the folder's lock, or gets ready to ask for the lease. Errors: precondition (another
  /// daemon has the lock), usage (an etcd that can't be used), unavailable.
  Outcome open();

  /// As Leadership::leads(); the lock of a folder that was removed is taken again.
  bool leads();

  /// Why not, where that isn't because another daemon does.
  const std::optional<Error>& trouble() const { return trouble_; }

  /// Whether what was begun may go on. Callable on any thread.
  bool may_go_on() const { return !leadership_ || leadership_->may_go_on(); }

  bool is_by_lease() const { return leadership_ != nullptr; }

  bool stands_by() const { return leadership_ && leadership_->stands_by(); }

  /// Lets another daemon lead at once.
  void resign();

 private:
  Outcome lock(const std::filesystem::path& folder, const LockHolder& who);
  Outcome prepare_lease(const LockHolder& who);

  Parts parts_;
  std::optional<ServiceLock> folder_lock_;
  std::unique_ptr<EtcdServers> etcd_;
  std::unique_ptr<Leadership> leadership_;
  std::optional<Error> trouble_;
};

}  // namespace scale_fleet
