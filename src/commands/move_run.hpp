#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "scale_fleet/commands/scale_work.hpp"
#include "scale_fleet/commands/service_rights.hpp"
#include "scale_fleet/core/move_report.hpp"
#include "scale_fleet/core/service_status.hpp"
#include "scale_fleet/core/unit_move.hpp"

namespace scale_fleet {

/// Units that are moved one after the other.
struct MoveLine {
  /// Which comes next, at a look of its own; nothing: all is done. Asked when the one before has
  /// arrived.
  std::function<Result<std::optional<UnitMove>>()> next;
  ServiceMoveReport report;
  Duration timeout = std::chrono::seconds(300);  ///< Of each unit to leave, and to be well again.

  // How far it is.
  std::optional<UnitMove> under_way = {};
  bool is_launched = false;  ///< The unit has left, and was told to come up again.
  TimePoint since = {};      ///< Of this part of the move.
  bool has_ended = false;
  /// Since when too few of the others seem to be active; empty: they don't, as far as is known.
  std::optional<TimePoint> short_since = {};
  bool is_ours = false;  ///< Its service, by the rights.
  /// Since when somebody else works on the service.
  std::optional<TimePoint> held_up_since = {};
  TimePoint left_to_others_until = {};
};

struct MoveLimits {
  std::size_t side_by_side = 1;  ///< Lines of which a unit is under way.
  bool ends_at_failure = false;  ///< The first line that fails ends the others.
  std::string group = {};        ///< Of machines, that the blockers are made for.
  /// Asked for each move; null: nobody else may work on any of the services meanwhile.
  ServiceRights* rights = nullptr;
};

/// Moves units, each line its own. What is under way when a line fails or a signal comes is put
/// back: set again to what it was, its blocker removed. Blockers that take a place stay when their
/// units have arrived. A line whose service somebody else works on waits for it, at most for its
/// timeout.
class MoveRun {
 public:
  MoveRun(World world, MoveLimits limits) : world_(world), limits_(std::move(limits)) {}

  /// Until every line has ended; their reports tell how.
  void finish(std::vector<MoveLine>& lines);

 private:
  void begin_moves(std::vector<MoveLine>& lines);
  void begin(MoveLine& line);
  bool take(MoveLine& line);
  void give_back(MoveLine& line) const;
  bool may_be_short_for_a_while(MoveLine& line, const Error& error);
  void follow(std::vector<MoveLine>& lines);
  void follow(MoveLine& line);
  Result<UnitsAndStates> look_at(const UnitMove& move);
  void arrive(MoveLine& line, const UnitsAndStates& look);
  bool is_absent(const std::string& unit);
  Outcome launch_again(const UnitMove& move, const UnitsAndStates& look);
  Outcome put_back_move(const UnitMove& move);
  void fail(MoveLine& line, Error error);
  void end(MoveLine& line, std::optional<Error> error);
  std::string delay_of(const MoveLine& line, const UnitsAndStates& look) const;

  World world_;
  MoveLimits limits_;
  bool has_failed_ = false;
};

/// Everything that Fleet lists, the machines too.
Result<ClusterLook> look_with_machines(FleetApi& fleet);

}  // namespace scale_fleet
