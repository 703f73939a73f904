#pragma once

#include <optional>
#include <string>

#include "scale_fleet/config/declared_file.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/unit_name.hpp"
#include "scale_fleet/daemon/pauses.hpp"
#include "scale_fleet/daemon/state_store.hpp"

namespace scale_fleet {

/// What pause and resume found and left.
struct PauseReport {
  std::string service;
  std::optional<KeptPause> before;  ///< What held before; not one that had ended.
  std::optional<KeptPause> after;
  std::string place = {};    ///< Of the state, as people know it.
  bool has_removed = false;  ///< Whether anything stood there when it was resumed.
};

/// The declared service that a person means by `word`: its display name, or another form of it
/// (unit_name.hpp). Of a file with mistakes nobody knows what it declared before: any service is
/// meant then. ErrorKind::usage: the file declares none such, but maybe a group of machines.
Result<Service> declared_service(const DeclaredPlaces& places, std::string_view word);

/// Whether the file declares a group of machines of this name; a service may have it, too.
bool is_declared_group(const DeclaredPlaces& places, std::string_view word);

/// What `scale-fleet pause` is asked for.
struct PauseWish {
  std::string service;             ///< As it was typed.
  std::optional<Millis> duration;  ///< Above 0; empty: until it is resumed.
  bool down_only = false;
  std::string by;
};

/// Leaves the daemon of a file a pause of the service, instead of any that is there. Errors: usage
/// where the file doesn't declare the service, and those of the store.
Result<PauseReport> pause_service(StateStore& store,
                                  const DeclaredPlaces& places,
                                  const PauseWish& wish,
                                  WallTime now);

/// Leaves a pause without an end for every service of the file that has none, whatever text that
/// is. Errors are those of the store; some may be paused then.
Outcome pause_all(StateStore& store, const DeclaredFile& file, const std::string& by, WallTime now);

/// Takes the service's pause away, a text that isn't understood too. Without one nothing is done.
/// Errors as above.
Result<PauseReport> resume_service(StateStore& store,
                                   const DeclaredPlaces& places,
                                   std::string_view service,
                                   WallTime now);

/// `worker is paused until 2026-11-21T09:15:00.000Z` with a line end, safe to show.
std::string pause_report_text(const PauseReport& report);

/// `{"service": …, "before": null, "after": {"until": …, "down_only": …, "by": …, "since": …},
/// "state": …}`
std::string pause_report_json(const PauseReport& report);

}  // namespace scale_fleet
