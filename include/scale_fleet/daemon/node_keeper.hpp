#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "scale_fleet/daemon/move_wishes.hpp"
#include "scale_fleet/daemon/node_actions.hpp"
#include "scale_fleet/daemon/state_store.hpp"
#include "scale_fleet/notify/notice.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/progress.hpp"

namespace scale_fleet {

struct KeptNodes;

/// Keeps the groups of machines of a declared file: decides on each, as on a service, by the count
/// that its cloud says is desired, and has the change carried out behind it. Used on the loop's
/// thread.
class NodeKeeper {
 public:
  /// Everything outside that it needs. All of it outlives the keeper.
  struct World {
    Clock& clock;
    StateStore& state;
    NodeActions& actions;
    Progress& progress;
    std::function<void(const Event&)> record;  ///< To the audit.
    std::function<bool()> may_go_on;           ///< As the daemon's.
    DemandDesk* desk = nullptr;                ///< Null: nobody outside may ask for anything.
    MoveWishes* moves = nullptr;               ///< Where new machines are to be filled.
    std::function<void(const Notice&)> tell = [](const Notice&) {};
    bool is_dry_run = false;
  };

  explicit NodeKeeper(World world);
  NodeKeeper(const NodeKeeper&) = delete;
  NodeKeeper& operator=(const NodeKeeper&) = delete;
  ~NodeKeeper();

  /// Keeps the groups of this file from now on. Groups that stay keep their memory.
  void replace(const DeclaredFile& file);

  /// Takes what has ended since the last call. `wall_now` is this moment.
  void take_ended(WallTime wall_now);
  /// A turn of the leader's: decides where a look has come since, and begins new looks.
  void turn(const Samples& samples, WallTime now);
  /// Another daemon leads: what is known is that one's to know.
  void stand_by();
  /// Waits for what is in flight, and saves.
  void finish(WallTime now);

  bool is_busy() const;
  std::vector<KeptServiceStatus> status() const;

 private:
  KeptNodes* find(const std::string& group) const;
  void remember();
  void recall(KeptNodes& nodes, const std::string& text);
  void put_away(const std::string& demand);
  void take_looks(WallTime now);
  void take_demands();
  void take_in(KeptDemand demand);
  void decide_on(KeptNodes& nodes, const Samples& samples, WallTime now);
  void act_on(KeptNodes& nodes, WallTime now);
  void start(KeptNodes& nodes, WallTime now);
  bool put_down(KeptNodes& nodes, const NodesOrder& order, WallTime now);
  bool goes_on_waiting(KeptNodes& nodes);
  void tell_of_asked();
  void tell_of_arrival(const NodesEnd& end);
  bool save(KeptNodes& nodes);
  template <typename Done>
  bool does_work(const Done& done, bool& is_told);
  bool note_trouble(KeptNodes& nodes, const Error& error, const std::string& reason, WallTime now);

  World world_;
  Millis interval_{0};
  std::vector<DeclaredService> services_;
  std::vector<std::unique_ptr<KeptNodes>> groups_;
  /// Groups that are looked at or changed, whether or not they are still declared.
  std::set<std::string> at_work_;
  bool has_read_demands_ = false;
  bool is_reading_told_ = false;  ///< That the state can't be read, and
  bool is_writing_told_ = false;  ///< that it can't be written.
};

}  // namespace scale_fleet
