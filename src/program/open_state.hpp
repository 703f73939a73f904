#pragma once

#include <memory>

#include "cli/program_options.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/etcd/keys.hpp"

namespace scale_fleet {

/// Where a declared file keeps its state, connected.
struct OpenedState {
  std::unique_ptr<EtcdServers> etcd;  ///< Of state in etcd; else empty, as `keys`.
  std::unique_ptr<EtcdKeys> keys;
  std::unique_ptr<StateStore> store;
};

/// Errors are ErrorKind::usage: endpoints or TLS files that can't be used.
Result<OpenedState> open_state(const DeclaredFile& file,
                               const ProgramOptions& options,
                               const Clock& clock);

}  // namespace scale_fleet
