#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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

enum class KeyAnswer {
  done,
  missing,      ///< No such key (errorCode 100).
  differs,      ///< It exists, or has another value (105, 101): nothing was changed.
  unreachable,  ///< Nothing was sent.
  unclear,      ///< It may have been done, or not, or be done later.
  refused,      ///< It will not be done, now or later.
};

struct KeyReply {
  KeyAnswer answer = KeyAnswer::unclear;
  std::optional<std::string> value;  ///< The key's, where it was done.
  std::string message;               ///< What happened, where it was not done.
};

KeyReply read_key_reply(const HttpResult& result);

}  // namespace scale_fleet
