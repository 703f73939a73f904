#pragma once

#include <map>
#include <set>
#include <string>

#include "sandbox/cluster_tables.hpp"

namespace scale_fleet {

/// Decides which unit goes to which machine, some time after each change, in the order of the
/// units' names.
class Engine {
 public:
  explicit Engine(ClusterTables& tables) : tables_(tables) {}

  /// `unit` was made or changed: look at it at the next pass.
  void consider(const std::string& unit);
  /// There may be room now for units that found none.
  void consider_waiting();
  /// `record` is about to go, be replaced or become unreadable: takes it off its machine.
  void release(UnitRecord& record);
  /// Follows `record`'s placement, new or changed.
  void adopt(const UnitRecord& record);

  /// Looks at everything that changed since the last pass.
  void pass();

 private:
  void make_pass_due();
  void consider_peers_of(const std::string& unit);
  void look_at(UnitRecord& record);
  void unschedule(UnitRecord& record);

  ClusterTables& tables_;
  std::set<std::string> changed_;
  std::set<std::string> waiting_;  // Wanted on a machine, and none will do.
  std::map<std::string, std::set<std::string>> followers_;  // Peer -> units with MachineOf=peer.
  bool pass_is_due_ = false;
  bool retry_waiting_ = false;
};

}  // namespace scale_fleet
