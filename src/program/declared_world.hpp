#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "program/invocation.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/metrics/metric_sources.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

/// The file that a command about its daemon names, or means without naming it. Mistakes in services
/// and policies are a warning: the daemon runs on without them. Errors as read_declared_places().
Result<DeclaredPlaces> read_places_of_daemon(const Invocation& invocation);

/// Puts these members of etcd in the place of the file's, or Dynamite's own default where neither
/// names any and the state is there.
void choose_etcd(DeclaredFile& file, const std::vector<std::string>& members);

/// The file's etcd, over clients of their own. Errors (usage): a URL or TLS file that can't be
/// used.
Result<std::unique_ptr<EtcdServers>> connect_to_declared_etcd(const DeclaredFile& file,
                                                              const TlsFiles& tls,
                                                              const Clock& clock);

/// Where a declared file keeps its state, connected.
struct OpenedState {
  std::unique_ptr<EtcdServers> etcd;  ///< Where the file names one.
  std::unique_ptr<EtcdKeys> keys;
  std::unique_ptr<StateStore> in_etcd;
  std::unique_ptr<StateStore> store;  ///< What to use.
};

/// Counts on the desired shelf are read from etcd too, where the file names one. Errors (usage) as
/// above.
Result<OpenedState> open_state(const DeclaredFile& file, const TlsFiles& tls, const Clock& clock);

/// Takes the services out of the file that somebody paused altogether, and says so; returns the
/// names of those that may only not be scaled down. Where the state can't be read that is a
/// warning: who runs this by hand sees it, and decides.
std::set<std::string> leave_out_paused(DeclaredFile& file,
                                       const TlsFiles& tls,
                                       const Clock& clock,
                                       Progress& progress);

/// Every metric that a policy of the file looks at, each once.
std::vector<Metric> used_metrics(const DeclaredFile& file);

MetricPlaces metric_places(const DeclaredFile& file, const TlsFiles& tls);

}  // namespace scale_fleet
