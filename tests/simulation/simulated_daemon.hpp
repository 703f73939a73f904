#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "etcd/fake_etcd.hpp"
#include "scale_fleet/daemon/daemon.hpp"
#include "scale_fleet/etcd/lease.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "support/recording_progress.hpp"
#include "support/sandbox_http_client.hpp"

namespace scale_fleet {

/// Where the lease of a daemon is kept in etcd.
inline const std::string daemon_lease_target = "/v2/keys/scale-fleet/locks/_daemon";

/// What two daemons share: the cluster, an etcd, and the state in it.
struct DaemonSurroundings {
  SandboxWorld& sandbox;
  FakeEtcd& etcd;
  StateStore& state;
  EventSink& events;
  /// What is measured now, for a daemon that has read up to `since`.
  std::function<Reading(WallTime since)> measure;
  std::function<WallTime()> wall_time;
  DeclaredState declared;
  /// An action begins.
  std::function<void(const Decision& decision)> on_begun = [](const Decision&) {};
};

/// The process dies.
struct DaemonKilled {};

/// One daemon's process: it leads by a real lease in the etcd, and its actions take place while it
/// ticks, one after the other.
class SimulatedDaemon {
 public:
  SimulatedDaemon(DaemonSurroundings& surroundings, std::string name);
  SimulatedDaemon(const SimulatedDaemon&) = delete;
  SimulatedDaemon& operator=(const SimulatedDaemon&) = delete;
  ~SimulatedDaemon();

  void tick();

  /// As SIGTERM ends it.
  void end();

  /// Where others hand their demands in; a real daemon has a clerk who works at it.
  DemandDesk& desk() { return desk_; }

  /// What it says of itself since its last turn, whatever is so by now.
  bool says_it_leads() const { return says_it_leads_; }

  /// What an action is being carried out for, and since when.
  struct Doing {
    std::string service;
    std::string asked_by;
    TimePoint since;
    std::vector<std::string> demands;  ///< Ids of those that are carried out.
    WallTime decided;
  };

  const std::optional<Doing>& doing() const { return doing_; }

  /// By etcd's own account.
  bool holds_lease() const;

  SandboxHttpClient& http() { return http_; }

  const Daemon& daemon() const { return *daemon_; }

  const std::string& name() const { return name_; }

 private:
  class Stop;
  class Actions;

  bool leads();

  DaemonSurroundings& surroundings_;
  std::string name_;
  std::string token_;
  SandboxHttpClient http_;
  RecordingProgress progress_;
  EtcdServers servers_;
  std::unique_ptr<Lease> lease_;
  std::optional<Doing> doing_;
  DemandDesk desk_;
  WallTime turn_began_;
  bool says_it_leads_ = false;
  std::unique_ptr<Stop> stop_;
  std::unique_ptr<FleetApi> fleet_;
  std::unique_ptr<Actions> actions_;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace scale_fleet
