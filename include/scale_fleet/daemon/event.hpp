#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

enum class EventKind { launch, terminate, replace, move, no_op };

/// One line of the audit: what was done to a service, for whom, and how it went.
struct Event {
  WallTime time;  ///< When it ended.
  EventKind kind = EventKind::no_op;
  std::string service;
  std::optional<InstanceCount> before;
  std::optional<InstanceCount> after;  ///< Empty where it isn't known.
  std::vector<std::string> units;      ///< Those that were changed.
  std::string asked_by;                ///< `file`, `person`, `desired`, or the rule: `scale_up[0]`.
  std::string reason;                  ///< With the metric's value, where one asked.
  Millis took{0};
  std::optional<Error> error;  ///< Makes it LAUNCH_ERROR and so on.

  bool operator==(const Event&) const = default;
};

/// `LAUNCH`, `TERMINATE_ERROR`, …
std::string event_type(const Event& event);

/// One line of JSON with a line feed: `{"time": "…Z", "event": "LAUNCH", "service": "worker",
/// "before": 2, "after": 3, "units": […], "asked_by": "scale_up[0]", "reason": "…",
/// "took_seconds": 1.25}`; counts that aren't known are null. One that failed has `"error":
/// {"message": "…", "http_status": 503, "class": "unavailable"}`. ASCII alone, without user and
/// password of any URL in it. Moments are from 1970 to 2261.
std::string event_line(const Event& event);

/// The event of such a line, with or without its line feed. Unknown fields are passed over, of a
/// missing class the error is ErrorKind::refused. ErrorKind::refused: anything else.
Result<Event> parse_event_line(std::string_view line);

/// Where events go. Implemented by a rotated file; recorded in tests.
class EventSink {
 public:
  EventSink() = default;
  EventSink(const EventSink&) = delete;
  EventSink& operator=(const EventSink&) = delete;
  virtual ~EventSink() = default;

  /// Called on one thread at a time. An error costs the line, never the daemon.
  virtual Outcome record(const Event& event) = 0;
};

}  // namespace scale_fleet
