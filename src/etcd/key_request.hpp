#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "scale_fleet/etcd/keys.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

// Requests for one key of etcd's v2 keys and what the replies mean; measured on etcd 3.4.23 with
// --enable-v2.

/// Where the lease of a service is kept, encoded: `/v2/keys/scale-fleet/locks/my_app`.
std::string lease_target(std::string_view service);

/// Makes the key, if there is none.
HttpRequest create_key(std::string_view target, std::string_view value, std::chrono::seconds ttl);
/// Begins the key's time to live anew, if it still has the value. Sends the value once more
/// instead of `refresh=true`: an etcd before 2.3 doesn't know that word and would empty the key.
HttpRequest refresh_key(std::string_view target, std::string_view value, std::chrono::seconds ttl);
/// Removes the key, if it still has the value.
HttpRequest remove_key(std::string_view target, std::string_view value);
/// Reads the key as the majority of the cluster has it.
HttpRequest read_key(std::string_view target);

/// The target of a key given as a path, each name encoded; empty where no key can be called so.
std::optional<std::string> key_target(std::string_view key);
/// Reads all below a folder.
HttpRequest read_folder_request(std::string_view target);
HttpRequest put_key(std::string_view target, std::string_view value, const KeyCondition& when);
HttpRequest delete_key(std::string_view target, std::optional<KeyIndex> modified);

/// Where etcd's own index stands in the head of a reply; 0 where it doesn't.
KeyIndex etcd_index(const HttpResponse& response);

struct KeyReply {
  KeyAnswer answer = KeyAnswer::unclear;
  std::optional<std::string> value;  ///< The key's, where it was done.
  KeyIndex modified = 0;             ///< The key's, where it was done; 0 where none was given.
  std::string message;               ///< What happened, where it was not done.
};

KeyReply read_key_reply(const HttpResult& result);

}  // namespace scale_fleet
