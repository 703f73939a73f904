#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/daemon/demand_desk.hpp"
#include "scale_fleet/daemon/event.hpp"
#include "simulation/simulated_daemon.hpp"
#include "support/random_source.hpp"

namespace scale_fleet {

/// A pair of Alertmanagers that repeat themselves, and programs, asking daemons for other counts
/// at random; and what becomes of what they asked for.
class SimulatedAskers {
 public:
  /// `declared` outlives it.
  SimulatedAskers(std::uint64_t seed, const DeclaredFile& declared);

  /// Of this service programs alone ask, for steps that no bound cuts off: what its count comes to
  /// can be reckoned.
  void reckon_count_of(const std::string& service, InstanceCount begins_with);

  /// Somebody asks, perhaps, at one or more of these desks.
  void ask(const std::vector<DemandDesk*>& desks, WallTime now);

  /// A daemon has begun to carry demands out.
  void on_begun(const Decision& decision);
  /// Something has just changed on account of them.
  void on_changed(const SimulatedDaemon::Doing& doing);

  /// What is wrong once all has come to rest.
  void check_end(const std::vector<Event>& events,
                 const std::map<std::string, std::string>& shelf,
                 const std::map<std::string, InstanceCount>& counts);

  const std::vector<std::string>& violations() const { return violations_; }

  /// How many demands were accepted, and carried out.
  std::size_t accepted() const { return accepted_.size(); }

  std::size_t begun() const { return begun_.size(); }

 private:
  struct Acted {
    std::set<std::string> together;  ///< The demands that were carried out as one.
    WallTime decided;
  };

  struct Reckoned {
    InstanceCount begins_with = 0;
    InstanceCount downs_left = 0;
    InstanceCount ups_left = 0;
  };

  const DeclaredService& declared_of(const std::string& service) const;
  KeptDemand random_alert(const std::string& service, WallTime now);
  KeptDemand random_program(const std::string& service, WallTime now);
  bool fits_reckoning(KeptDemand& demand);
  void put(DemandDesk& desk, KeptDemand demand);
  void check_rest(const KeptDemand& kept, WallTime decided);
  bool is_answered(const KeptDemand& demand, const std::vector<Event>& events) const;
  void check_count(const std::string& service,
                   const Reckoned& reckoned,
                   const std::vector<Event>& events,
                   InstanceCount count);

  RandomSource chance_;
  const DeclaredFile& declared_;
  std::map<std::string, Reckoned> reckoned_;
  std::map<std::string, KeptDemand> asked_;  ///< By id.
  std::set<std::string> accepted_;
  std::set<std::string> begun_;
  std::set<std::string> begun_alerts_;
  std::map<std::string, Acted> acted_;  ///< By what tells an alert from every other.
  std::vector<std::string> violations_;
};

}  // namespace scale_fleet
