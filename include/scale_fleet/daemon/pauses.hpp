#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/policy/decision.hpp"

namespace scale_fleet {

// What people leave for the daemon: a pause of a service on pauses_shelf, a count on desired_shelf
// (state_store.hpp).

/// A pause, and who wants it.
struct KeptPause {
  Pause pause;
  std::string by;  ///< `alice@build-7`
  WallTime since;

  bool operator==(const KeptPause&) const = default;
};

/// `{"until": "2026-11-21T09:15:00.000Z", "down_only": false, "by": "alice@build-7", "since":
/// "2026-11-21T08:15:00.000Z"}` with a line end; `until` is null where there is no end. Moments are
/// from 1970 to 2261.
std::string pause_text(const KeptPause& note);

/// One of `until` and `down_only` must be there; the fields for people may be missing. A text that
/// isn't understood is an error (ErrorKind::refused), for whoever wrote it wanted the service left
/// alone; its message stands behind what was read: `it is empty`.
Result<KeptPause> parse_pause(std::string_view text);

/// The pause, unless it has ended by `now`.
std::optional<Pause> pause_at(const KeptPause& note, WallTime now);

/// The count that a key holds: decimal digits with or without white space around them, up to
/// max_count. Anything else, an empty text and a sign too, is an error (ErrorKind::usage) and never
/// a zero; its message as above.
Result<InstanceCount> parse_desired(std::string_view text);

}  // namespace scale_fleet
