#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// The keys with values in the body of a recursive GET,
/// `{"action":"get","node":{"key":…,"dir":true, "nodes":[…]}}`, flat and in its order; those
/// without a usable key or value are passed over. Empty where it isn't such a body. Takes no more
/// memory than the keys themselves.
std::optional<std::vector<StoredKey>> read_key_tree(std::string_view body);

/// The same with what the reply's head says; also what a failure means.
KeyResult<KeyFolder> read_folder_reply(const HttpResult& result);

}  // namespace scale_fleet
