#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/kept_demands.hpp"
#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/service_snapshot.hpp"
#include "scale_fleet/daemon/action.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "scale_fleet/daemon/service_memory.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// However often an action has failed.
inline constexpr Millis longest_pause_after_failure = std::chrono::minutes(5);

/// One declared service between two ticks.
struct KeptService {
  std::string name;  ///< Its display name.
  DeclaredService declared;
  /// Its policy without rules: what a demand is held by.
  std::shared_ptr<const ServicePolicy> frame = {};
  ServiceMemory memory = {};
  std::optional<Pause> pause;
  std::optional<KeptPause> note;  ///< The pause as it is written.
  std::optional<InstanceCount> desired;
  bool is_desired_unknown = false;  ///< There may be a key, and it can't be read.
  std::optional<Error> wish_error;  ///< A pause or key that can't be understood.
  std::optional<InstanceCount> current;
  std::optional<InstanceCount> well;
  std::optional<Decision> decision;
  std::string under_way = {};  ///< Empty while nothing is.
  WallTime busy_since = {};    ///< When that began.
  int failures = 0;            ///< Of actions, in a row.
  std::optional<WallTime> next_try;
  std::optional<Error> trouble;
  /// Instances that an action launched and that are yet to become well, since when.
  std::map<std::string, WallTime> awaited = {};
  std::optional<Error> unwell = {};  ///< Some of them took too long.
  /// Whether what an earlier leader remembered has been read.
  bool is_remembered = false;
  PendingDemands demands = {};
  std::string told;  ///< What was last told of a decision that changes nothing.
  bool has_acted = false;
  bool is_waiting = false;  ///< For another service to be well, before it comes up.

  std::optional<std::size_t> saved;  ///< text_key() of the memory as it was saved last.
  std::optional<WallTime> saved_at;
  bool must_save = false;

  bool is_busy() const { return !under_way.empty(); }

  /// All that are there are well, and as many as were decided on.
  bool is_as_wanted() const { return decision && current == decision->count && well == current; }
};

/// Before the next try: twice as long after each failure, from one interval on.
Millis pause_after(int failures, Millis interval);

/// A policy without its rules.
std::shared_ptr<const ServicePolicy> frame_of(const ServicePolicy& policy);

/// Stands for a text that was saved: the texts of all services are too long to be kept.
inline std::size_t text_key(const std::string& text) {
  return std::hash<std::string>{}(text);
}

/// The instances of a look as a decision sees them. `memory.well_since` follows what is seen: one
/// that is well for the first time is so since `now`, or since ever at the first look of all.
std::vector<InstanceView> see_instances(const ServiceSnapshot& snapshot,
                                        ServiceMemory& memory,
                                        WallTime now);

/// Keeps a decision in the memory; one that says what the last one said only renews its reasons.
void remember_decision(ServiceMemory& memory,
                       const Decision& decision,
                       InstanceCount before,
                       WallTime now);

struct ConclusionTimes {
  WallTime ended;  ///< The action; its cool-downs begin then.
  WallTime now;
};

/// What an action's end makes of the service: its cool-downs, its failures, when to try again.
void conclude_action(KeptService& service,
                     const ActionEnd& end,
                     Millis interval,
                     ConclusionTimes times);

/// Of the instances that an action launched, those that have now had their time and aren't well;
/// each once. `unwell` says so until all that are there are well.
std::vector<std::string> await_instances(KeptService& service,
                                         const std::vector<InstanceView>& views,
                                         WallTime now);

/// What isn't as it should be, the first of it.
std::optional<Error> trouble_of(const KeptService& service);

KeptServiceStatus status_of(const KeptService& service);

}  // namespace scale_fleet
