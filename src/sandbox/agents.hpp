#pragma once

#include <string>
#include <string_view>

#include "sandbox/cluster_tables.hpp"

namespace scale_fleet {

/// What the machines do: an agent on each that brings systemd to where the records say, and
/// systemd, as far as /state shows it.
class Agents {
 public:
  explicit Agents(ClusterTables& tables) : tables_(tables) {}

  /// `machine`'s agent compares `unit`'s record with what it runs and takes the next step.
  void visit(const std::string& unit, const std::string& machine);
  /// The event that the run's present phase, or its stopping, waits for.
  void end_phase(const ClusterEvent& event);
  void end_stop(const ClusterEvent& event);
  /// The rows of the unit vanish, or those are back that did.
  void lose_rows(const std::string& unit);
  void publish_rows(const std::string& unit);
  /// The machine is forgotten, and its rows with it.
  void drop(const std::string& machine);
  /// The machine, silent for a while, goes on where it was.
  void resume(const std::string& machine);
  /// Puts the unit's rows, except of processes that are stopping, into these words; no phase that
  /// was under way changes them any more.
  bool set_state(const std::string& unit, std::string_view active, std::string_view sub);

 private:
  void reconcile(UnitRecord& record, const std::string& machine);
  void start(UnitRun& run);
  void enter_phase(UnitRun& run);
  void stop(UnitRun& run);
  UnitRun* find(const std::string& unit, const std::string& machine);
  void erase(const std::string& unit, const std::string& machine);

  ClusterTables& tables_;
};

}  // namespace scale_fleet
