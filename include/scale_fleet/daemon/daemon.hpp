#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/commands/declared_scale.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/service_status.hpp"
#include "scale_fleet/daemon/action.hpp"
#include "scale_fleet/daemon/application_record.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/daemon/move_wishes.hpp"
#include "scale_fleet/daemon/node_actions.hpp"
#include "scale_fleet/daemon/node_keeper.hpp"
#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/fleet/fleet_api.hpp"
#include "scale_fleet/metrics/metric_source.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

struct KeptService;

/// Everything outside that the loop needs. All of it outlives the daemon.
struct DaemonWorld {
  FleetApi& fleet;  ///< For looking; actions have their own.
  Clock& clock;
  std::function<WallTime()> wall_time;
  StateStore& state;
  EventSink& events;
  ActionRunner& actions;
  Progress& progress;
  /// Whether this daemon may act; another one does where it may not.
  std::function<bool()> leads = [] { return true; };
  /// Why nobody may be leading, where that isn't because another one does.
  std::function<std::optional<Error>()> cannot_lead = [] { return std::nullopt; };
  /// Whether what it began as the leader may go on: then alone is anything saved.
  std::function<bool()> may_go_on = [] { return true; };
  ApplicationRecord* record = nullptr;  ///< Null: nobody reads one.
  DemandDesk* desk = nullptr;           ///< Null: nobody outside may ask for anything.
  MoveWishes* moves = nullptr;          ///< Null: nobody may ask for a moving of instances.
  NodeActions* nodes = nullptr;         ///< Null: groups of machines are left alone.
  DemandDesk* nodes_desk = nullptr;     ///< As `desk`, of machines.
  /// Tells people of what is no event: that machines are awaited.
  std::function<void(const Notice&)> tell = [](const Notice&) {};
  std::function<std::vector<NoticeCounts>()> notice_counts = [] {
    return std::vector<NoticeCounts>();
  };
  std::function<CountsByAnswer()> request_counts = [] { return CountsByAnswer(); };
};

struct DaemonOptions {
  bool dry_run = false;  ///< Decides and tells, and changes nothing anywhere.
  bool once = false;     ///< No service is acted on twice.
  std::string version = {};
};

/// A declared file, and what its services are made of.
struct DeclaredState {
  DeclaredFile file;
  DeclaredTexts texts = {};
};

/// Keeps a declared file true. Each tick(): takes what has ended and what was measured, looks at
/// the cluster once, decides on every service, and starts what has to be done; whatever is slow
/// goes on behind it. Used on one thread.
class Daemon {
 public:
  using Sources = std::vector<std::unique_ptr<MetricSource>>;

  Daemon(DaemonWorld world, DaemonOptions options, DeclaredState declared, Sources sources);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  void tick();

  /// Takes what has ended since the last tick.
  void take_ended();

  /// Keeps another file from the next tick on. Services that stay keep their memory.
  void replace(DeclaredState declared, Sources sources);
  /// Reads the metrics of the same file by others.
  void replace_sources(Sources sources);
  /// Why the file that stands there isn't kept; empty where it is.
  void tell_file_error(std::string error);

  /// Begins nothing more, waits for what is in flight, and saves.
  void finish();

  /// Whether actions run, or instances that they launched are yet to become well.
  bool is_busy() const;
  /// Whether the last reading, and every service's last action, went well, and nothing waits for
  /// another service.
  bool is_well() const;

  DaemonStatus status() const;

  /// What is kept now.
  const DeclaredState& declared() const { return declared_; }

 private:
  KeptService* find(const std::string& service) const;
  void take_readings();
  void turn();
  void stand_by();
  Outcome take_the_lead();
  Outcome look();
  Outcome read_wishes();
  bool has_vanished();
  void write_again();
  void read_pause(KeptService& service, const std::map<std::string, std::string>& texts);
  void read_desired(KeptService& service, const std::map<std::string, std::string>& texts) const;
  void take_demands();
  void take_move_wishes();
  void start_move(KeptService& service);
  void take_in(KeptDemand demand);
  void put_away(const std::string& demand);
  void drop_stale(KeptService& service);
  void begin(KeptService& service);
  void settle(KeptService& service);
  std::vector<InstanceView> see(KeptService& service);
  void note_change(KeptService& service);
  void decide_on(KeptService& service);
  ScaleRequest request_for(const KeptService& service) const;
  void tell_no_drift(KeptService& service, const Error& error);
  void act_on(KeptService& service);
  std::optional<std::string> not_yet(KeptService& service) const;
  std::optional<std::string> unit_on_its_way(const KeptService& service) const;
  void start(KeptService& service, ActionOrder order);
  void tell_nothing_done(KeptService& service);
  bool save_begun(KeptService& service);
  void save(bool all);
  bool save(KeptService& service, bool all);
  void note_trouble(const Outcome& outcome);
  void write_record();
  void note_record(const Outcome& outcome);
  void record(const Event& event);
  void count_error(const Error& error);

  DaemonWorld world_;
  DaemonOptions options_;
  DeclaredState declared_;
  Sources sources_;
  std::map<std::string, Millis> horizons_;
  std::vector<std::unique_ptr<KeptService>> services_;  // In the file's order.
  std::unique_ptr<NodeKeeper> nodes_;                   // Null: see DaemonWorld.
  std::vector<KeptService*> in_order_;                  // As they come up.
  std::set<std::string> running_;                       // Whose actions run.
  Samples samples_;
  ClusterLook look_;
  std::map<std::string, WallTime> on_their_way_;  // Units that somebody moves, since when.
  Counters counters_;
  WallTime started_;
  WallTime now_;
  bool is_leader_ = false;
  bool has_read_wishes_ = false;  ///< Since this daemon leads.
  std::optional<WallTime> last_good_look_;
  std::optional<Error> trouble_;
  std::optional<Error> wish_trouble_;  ///< Pauses or keys couldn't be read; the last ones hold.
  std::optional<std::string> file_error_;
  std::string record_error_;  // Told last; empty while it goes well.
};

}  // namespace scale_fleet
