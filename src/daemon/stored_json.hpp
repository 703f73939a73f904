#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "commands/json_text.hpp"
#include "scale_fleet/core/count.hpp"
#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time.hpp"

namespace scale_fleet {

// How texts that outlive the process are read and written: strict in type, so that a stranger's
// text is an error and never an empty memory; unknown fields are passed over.

/// Leaves a reader at the first thing that isn't as it should be; caught in reading_stored().
struct NotAsStored {
  std::string why;
};

/// What `read` returns, or ErrorKind::refused where it throws NotAsStored, with a message that
/// stands behind what is read: `cannot understand the pause of worker: it is empty`.
template <typename Read>
auto reading_stored(Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const NotAsStored& strange) {
    return failure(ErrorKind::refused, printable(strange.why));
  }
}

/// The object that `text` is; throws NotAsStored, as all that follow.
Json stored_object(std::string_view text);

/// The field, or a null where it isn't there.
const Json& field_of(const Json& object, std::string_view name);

const Json& object_field(const Json& object, std::string_view name);
const Json& list_field(const Json& object, std::string_view name);
/// Empty where it is null or not there.
std::string text_field_of(const Json& object, std::string_view name);
std::vector<std::string> texts_field(const Json& object, std::string_view name);

/// As far as JavaScript's dates go, in milliseconds, and exact as a double: jq reads it, too.
inline constexpr std::int64_t farthest_moment = 8'640'000'000'000'000;
/// Milliseconds since 1970; those farther than 270,000 years from there are moved there.
std::int64_t stored_moment(WallTime time);
WallTime to_stored_moment(const Json& value);

std::int64_t to_integer(const Json& value, std::int64_t least, std::int64_t most);
InstanceCount to_stored_count(const Json& value);
/// Finite.
double to_number(const Json& value);
/// Empty where it is null.
std::optional<InstanceCount> optional_count(const Json& value);

/// One line as Python's json.dumps writes it: a blank behind each comma and colon, everything
/// beyond printable ASCII escaped, bytes that aren't UTF-8 as U+FFFD.
std::string spaced_json(const Json& value);

/// The same without the blanks.
std::string compact_json(const Json& value);

}  // namespace scale_fleet
