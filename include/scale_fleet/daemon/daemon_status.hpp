#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/daemon/service_memory.hpp"
#include "scale_fleet/notify/notifier.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

/// How one declared service fares, or a group of machines, for those who look in.
struct KeptServiceStatus {
  std::string service;
  std::string cloud = {};  ///< Of machines alone, where they are from: `aws`, `command`.
  std::optional<InstanceCount> current;  ///< Empty until the cluster was read.
  std::optional<InstanceCount> well;
  std::optional<InstanceCount> wanted;  ///< What the last decision was for.
  InstanceCount min = 0;
  std::optional<InstanceCount> max;
  std::optional<CoolDown> cooldown_up;
  std::optional<CoolDown> cooldown_down;
  std::optional<Pause> pause;
  std::optional<InstanceCount> desired;  ///< Somebody's key.
  std::optional<std::string> under_way;  ///< An action that runs: `2 -> 3 for scale_up[0]`.
  std::optional<Error> trouble;          ///< What kept the last action, or decision, from its end.
  std::optional<WallTime> next_try;      ///< After a failure: not before.
  std::shared_ptr<const ServicePolicy> frame;    ///< Its policy without rules.
  std::map<std::string, WallTime> acted_alerts;  ///< And when.
  std::optional<KeptDemand> carrying;            ///< A demand from outside.
  std::vector<std::string> waiting;              ///< Who asks for what isn't decided on yet.
  bool may_move = false;                         ///< Its instances, to other machines.
  std::vector<RememberedDecision> decisions;     ///< The newest last.

  bool operator==(const KeptServiceStatus&) const = default;
};

/// Times of one kind of thing.
struct Timings {
  std::uint64_t count = 0;
  double seconds = 0;

  bool operator==(const Timings&) const = default;
};

/// Requests for changes, by the API's path and the answer's status.
using CountsByAnswer = std::map<std::pair<std::string, int>, std::uint64_t>;

/// What is only ever counted up, from the daemon's start.
struct Counters {
  Timings ticks;
  std::map<std::pair<std::string, std::string>, std::uint64_t> decisions;  ///< By service, reason.
  std::map<std::pair<std::string, std::string>, Timings> actions;  ///< By service, event's type.
  std::map<std::string, std::uint64_t> errors;                     ///< By class.
  std::uint64_t bad_metric_values = 0;

  bool operator==(const Counters&) const = default;
};

/// Everything that the daemon tells of itself, at one moment.
struct DaemonStatus {
  std::string version;
  std::string file;
  WallTime now;
  WallTime started;
  Millis interval{0};
  bool is_leader = false;  ///< Whether it acts; another one does otherwise.
  bool is_dry_run = false;
  std::optional<WallTime> last_good_look;  ///< When the cluster was last read whole.
  std::optional<Error> trouble;            ///< Why the last reading failed.
  std::optional<std::string> file_error;   ///< Why the file that stands there isn't the one kept.
  std::vector<KeptServiceStatus> services;
  std::vector<KeptServiceStatus> nodes;  ///< Groups of machines.
  std::vector<NoticeCounts> notices;     ///< Of each place where people are told.
  CountsByAnswer requests;
  Counters counters;

  bool operator==(const DaemonStatus&) const = default;
};

/// `{"daemon": {...}, "services": [...]}` for /v1/status.
std::string status_document(const DaemonStatus& status);

/// Prometheus' text format, version 0.0.4, for /metrics. Every counter of a declared service is
/// there from the start, with zero.
std::string metrics_document(const DaemonStatus& status);

/// What status_document() says of the service, or the group of machines, of that name, for a
/// person: counts, timers with what remains, the last decisions with their reasons. Errors:
/// unavailable, for a text that isn't such a document; not_found, for a service that isn't in it.
Result<std::string> explain_service(const std::string& document, const std::string& name);

/// The part of that document on one service, as it stands there. Errors as above.
Result<std::string> service_document(const std::string& document, const std::string& service);

}  // namespace scale_fleet
