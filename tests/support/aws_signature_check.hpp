#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// What a request says of its signer.
struct SignedBy {
  std::string access_key_id;
  std::string date;  ///< `20150830`
  std::string region;
  std::string service;
};

/// Empty values where the request isn't signed.
SignedBy signer_of(const HttpRequest& request);

/// Why the request, as it arrived, isn't rightly signed with that secret; empty where it is. Made
/// from AWS's description of Signature Version 4, and of nothing that signs.
std::string signature_mistake(const HttpRequest& request,
                              std::string_view secret,
                              std::string_view session_token);

}  // namespace scale_fleet
