#pragma once

#include <optional>
#include <string_view>

#include "scale_fleet/etcd/keys.hpp"

namespace scale_fleet {

/// One line of a watch's stream: `{"action":"set","node":{"key":…,"value":…,"modifiedIndex":…},
/// "prevNode":{…}}`. Empty for a change that leaves no value: a removal, an end of a key's time, a
/// folder. An error that etcd says in the stream (401: the index is cleared) is `unclear`, anything
/// else `refused`.
KeyResult<std::optional<StoredKey>> read_key_event(std::string_view line);

}  // namespace scale_fleet
