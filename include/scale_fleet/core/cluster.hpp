#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scale_fleet {

/// The three words that Fleet accepts as desiredState (job/job.go:28-31) and reports as
/// currentState. Any other word bricks a unit, so nothing else can be expressed here.
enum class JobState { inactive, loaded, launched };

/// Fleet's spelling of `state`.
std::string_view to_string(JobState state);
/// The state that Fleet spells so; empty for any other text.
std::optional<JobState> parse_job_state(std::string_view text);

/// One line of a unit file. Order, repetition and empty values carry meaning and are kept.
struct UnitOption {
  std::string section;
  std::string name;
  std::string value;

  bool operator==(const UnitOption&) const = default;
};

using UnitOptions = std::vector<UnitOption>;

/// A unit as Fleet stores it. Absent fields mean: never set, not scheduled, or not known.
struct Unit {
  std::string name;
  UnitOptions options;
  std::optional<JobState> desired_state;
  std::optional<JobState> current_state;
  std::string machine_id;  ///< Empty while unscheduled.

  bool operator==(const Unit&) const = default;
};

/// What systemd says of a unit on one machine, in systemd's own words.
struct UnitState {
  std::string unit;
  std::string machine_id;
  std::string load;
  std::string active;
  std::string sub;
  std::string hash;  ///< hex SHA-1 of the unit text that runs.

  bool operator==(const UnitState&) const = default;
};

struct Machine {
  std::string id;
  std::string primary_ip;
  std::map<std::string, std::string> metadata;

  bool operator==(const Machine&) const = default;
};

/// Every value of section/name, in order: systemd's lists (`ExecStart=`) and last-one-wins
/// settings.
std::vector<std::string_view> option_values(const UnitOptions& options,
                                            std::string_view section,
                                            std::string_view name);

/// X-Fleet Global: the last value decides, and true, yes, 1, on, t are truths in any case
/// (job/job.go:113-125, 334-339). Such a unit runs on every machine.
bool is_global(const UnitOptions& options);

/// Type=oneshot in [Service]: a unit that has finished is well, though it is no longer active.
bool is_oneshot(const UnitOptions& options);

/// Whether stopping runs more than a plain TERM: ExecStop, ExecStopPost or KillSignal in [Service].
/// A bare DELETE was measured to skip ExecStopPost (the agent removes the file while systemd
/// stops).
bool has_stop_actions(const UnitOptions& options);

/// What a unit demands of the machine that runs it, as the lines read (`Conflicts=…`,
/// `MachineMetadata=…`, `MachineOf=…`, `MachineID=…`), for explaining why it isn't scheduled.
std::vector<std::string> placement_demands(const UnitOptions& options);

}  // namespace scale_fleet
