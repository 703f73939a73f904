#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/cluster.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/sandbox/sandbox_settings.hpp"

namespace scale_fleet {

/// What the API makes of a unit's record.
enum class RecordCondition {
  missing,
  broken,  ///< It can't be read: 500 for every request about it, and it's in no list.
  whole,
};

/// A part of a list, and how long the whole list is.
template <typename Item>
struct Slice {
  std::vector<Item> items;
  std::size_t total = 0;
};

/// Which part of a list is wanted: `count` items from the `first`, counted from 0.
struct SliceRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Rows of /state that are wanted; an empty word takes every row.
struct StateFilter {
  std::string unit;
  std::string machine_id;
};

/// A Fleet cluster in memory: etcd's records, the engine that schedules, an agent and systemd on
/// each machine. Everything in it happens at a time that is handed in and in an order that depends
/// on nothing else, so that two clusters that are treated alike are alike. No process runs; what a
/// unit's commands would do is read from their words (src/sandbox/unit_life.hpp).
///
/// Measured on a real Fleet and true here: currentState says what the agent was told, never how
/// systemd fares; a destroyed unit leaves the list at once and /state when its process has stopped;
/// a unit that is destroyed and put back unchanged before its machine looks isn't restarted; a
/// unit with other options is stopped and started again, its hash in /state changing last; a unit
/// whose MachineOf peer leaves is unscheduled. Not played: Replaces, Restart, reboots, poisoned
/// hosts; a launched template gets a machine and no row in /state.
class SandboxCluster {
 public:
  SandboxCluster(SandboxSettings settings, TimePoint start);
  SandboxCluster(SandboxCluster&&) noexcept;
  SandboxCluster& operator=(SandboxCluster&&) noexcept;
  ~SandboxCluster();

  const SandboxSettings& settings() const;
  TimePoint now() const;
  /// Lets everything happen that is due by `now`. A time in the past changes nothing.
  void advance_to(TimePoint now);
  /// When something will happen next by itself; empty where the cluster has come to rest.
  std::optional<TimePoint> next_event() const;

  // What the API shows, as of now().

  RecordCondition condition(std::string_view unit) const;
  /// The unit as the list shows it; empty where its record is missing or broken.
  std::optional<Unit> unit(std::string_view name) const;
  /// Units in the order of their names, byte by byte, without broken ones and those whose name
  /// begins with `_`.
  Slice<Unit> units(SliceRange range) const;
  /// Rows of /state, by unit and then machine.
  Slice<UnitState> states(const StateFilter& filter, SliceRange range) const;
  /// Whether a process of the unit is active on its machine, whether or not a row says so.
  bool is_active(const std::string& unit) const;
  /// The machines that are known to be there, by id.
  std::vector<Machine> machines() const;

  // What the API changes, and what others may do behind a client's back, at now().

  /// Creates the unit, or replaces its options and desired state. Nothing is checked.
  void put_unit(const std::string& name, UnitOptions options, JobState desired_state);
  /// Whether there was such a unit, broken ones included.
  bool set_desired_state(const std::string& name, JobState desired_state);
  /// Whether there was such a unit, broken ones included: it is the way to repair one.
  bool delete_unit(const std::string& name);

  /// Sets a key of the machine's metadata, above what the machine says of itself (empty: takes it
  /// away); it stays while the machine is away. Its units are looked at again.
  void set_machine_metadata(const std::string& id, const std::string& key, std::string value);

  // What the world does to a cluster, at now().

  /// Makes the unit's record unreadable; its machine stops the unit, as it no longer sees it.
  bool break_unit(const std::string& name);
  /// Takes the desired state away, as a fleetd that dies in the middle of a PUT does.
  bool forget_desired_state(const std::string& name);
  /// Puts every row of the unit into these words of systemd's, until somebody starts or stops it.
  bool set_systemd_state(const std::string& unit, std::string_view active, std::string_view sub);
  void add_machine(const Machine& machine);
  /// The machine falls silent: its rows freeze and, after settings().machine_ttl, it is forgotten
  /// and its units go to others.
  bool lose_machine(const std::string& id);

 private:
  class World;
  std::unique_ptr<World> world_;
};

}  // namespace scale_fleet
