#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/daemon/event_tail.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Which events are wanted, and how.
struct EventsQuery {
  std::optional<std::string> service;  ///< A display name.
  std::optional<WallTime> since;       ///< That moment included.
  bool follow = false;
  bool json = false;
};

/// Where the file's events are: in the state's folder unless it names another place; in
/// default_state_folder where the state is in etcd.
EventFilePlace event_file_place(const DeclaredFile& file);

/// `2026-11-21T08:15:30.000Z LAUNCH worker 2 -> 3: scale_up[0]: …` with a line end; `?` for a count
/// that isn't known; the error in brackets at the end. Safe to show.
std::string event_text(const Event& event);

/// How showing them ended.
struct ShownEvents {
  std::size_t shown = 0;
  std::size_t broken = 0;  ///< Lines that are no event; passed over.
};

/// The edges of show_events().
struct EventsWorld {
  Clock& clock;
  const StopRequest& stop;
  /// Prints the answer; an error ends the showing.
  std::function<Outcome(const std::string&)> print;
};

/// Prints the events that the query wants, the oldest first, as text or as event_line()s. With
/// `follow` those that come later as well, looked for every 200 ms, until `stop` is requested.
/// Errors: those of EventTail::read() and of `print`.
Result<ShownEvents> show_events(EventTail& tail,
                                const EventsQuery& query,
                                const EventsWorld& world);

}  // namespace scale_fleet
