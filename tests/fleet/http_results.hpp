#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/http/http_client.hpp"

namespace scale_fleet {

inline HttpResult reply(int status, std::string body = {}, std::vector<Header> headers = {}) {
  return HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)};
}

/// No reply came.
inline HttpResult broken(TransportFailure failure) {
  return tl::unexpected(TransportError{.failure = failure, .message = "why"});
}

}  // namespace scale_fleet
