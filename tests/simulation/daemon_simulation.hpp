#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulation/simulated_askers.hpp"
#include "simulation/simulated_daemon.hpp"
#include "support/map_state_store.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {

/// Events, kept as a file keeps them: whatever dies.
class KeptEvents : public EventSink {
 public:
  Outcome record(const Event& event) override {
    events.push_back(event);
    return {};
  }

  std::vector<Event> events;
};

/// Whether others ask for counts, too.
enum class Demands { none, random };

/// A cluster with declared services, two daemons that keep them, and everything that befalls them.
/// The same seed gives the same run.
class DaemonSimulation {
 public:
  DaemonSimulation(std::uint64_t seed, Demands demands);
  DaemonSimulation(const DaemonSimulation&) = delete;
  DaemonSimulation& operator=(const DaemonSimulation&) = delete;

  /// Trouble for a while, then peace; what is wrong at the end.
  std::vector<std::string> run();

  const SimulatedAskers& askers() const { return askers_; }

 private:
  /// Where nobody meddles and nothing fails, whoever dies, the first service's count is reckoned.
  void let_others_ask();
  /// At the desks of those that say that they lead, as the API has it, except of one who is frozen.
  void ask();
  /// What the clerk does meanwhile, or doesn't get to.
  void work_at_desk(SimulatedDaemon& daemon);
  void troubled_turn();
  void turn_all();
  void begin(const std::string& name);
  void tick(const std::string& name);
  /// Between two requests of a daemon: it may die here, or stand still while the other one goes on.
  void befall(SimulatedDaemon& daemon);
  void meddle();
  Reading measure(WallTime since);
  WallTime wall_time() const;

  void complain(const std::string& what) { violations_.push_back(what); }

  void check_end();
  void check_strangers();
  std::optional<Unit> stored_unit(const HttpRequest& request) const;
  /// An instance has just been created: an action that the rule caused created none for a cool-down
  /// before, whoever carried it out and whatever became of him.
  void check_cooldown(const SimulatedDaemon& daemon);

  RandomSource chance_;
  SandboxWorld sandbox_;
  TimePoint begun_ = sandbox_.clock.now();
  FakeEtcd etcd_{sandbox_.clock};
  MapStateStore state_;
  KeptEvents events_;
  DeclaredState declared_;
  SimulatedAskers askers_;
  bool has_demands_ = false;
  bool is_quiet_ = false;  ///< Daemons die and stand still; nothing else befalls them.
  std::set<std::string> frozen_;
  double load_ = 50;
  bool has_data_ = true;
  bool in_peace_ = false;
  int fault_percent_ = 0;
  int kill_after_ = 0;
  int freeze_after_ = 0;
  std::vector<std::string> violations_;
  std::set<std::string> creating_;            ///< Targets of PUTs under way.
  std::map<std::string, TimePoint> last_up_;  ///< When the last action of a scale_up began.
  DaemonSurroundings surroundings_{
      .sandbox = sandbox_,
      .etcd = etcd_,
      .state = state_,
      .events = events_,
      .measure = [this](WallTime since) { return measure(since); },
      .wall_time = [this] { return wall_time(); },
      .declared = {},
      .on_begun = [this](const Decision& decision) { askers_.on_begun(decision); }};
  std::set<std::string> ticking_;
  std::map<std::string, std::unique_ptr<SimulatedDaemon>> daemons_;
};

/// Units that are nobody's here, and look as if they were.
inline constexpr auto strangers = {"app0@blue.service", "app0_v2@1.service", "other.service"};

}  // namespace scale_fleet
