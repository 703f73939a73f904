#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// `{"status": "OK", "message": "…"}`, as Docker Scaler's callers know it; "NOK" from 400 on.
HttpReply api_reply(int status, std::string_view message);

/// Why a request isn't served, as a status and words for whoever sent it. 503 alone says that
/// trying again helps: Alertmanager tries exactly that again.
struct Refusal {
  int status = 400;
  std::string message;

  bool operator==(const Refusal&) const = default;
};

template <typename T>
using Accepted = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refusal(int status, std::string message) {
  return tl::unexpected(Refusal{.status = status, .message = std::move(message)});
}

}  // namespace scale_fleet
