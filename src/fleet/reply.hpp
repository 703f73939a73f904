#pragma once

#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// What a reply means for whoever sent the request.
enum class ReplyClass {
  success,    ///< 200, 201, 204.
  not_there,  ///< 404 with Fleet's own error object.
  refused,    ///< No, for good: another 4xx, a redirect, a stranger.
  not_sent,   ///< Surely not acted upon: no connection, or 503 (Fleet answers it before it looks).
  unclear,    ///< Perhaps acted upon: timeout, reset, 500, something unreadable.
  hopeless,   ///< Not sent, and never will be: no such host, certificates that don't fit.
};

ReplyClass classify(const HttpResult& result);

/// `HTTP 409: unit does not exist and options field empty`, `HTTP 500 with no message`,
/// `no reply in time`: what happened, for a sentence.
std::string describe(const HttpResult& result);

/// The error that ends a request whose last reply was `result`: `doing` says what was attempted.
Error to_error(const HttpResult& result, const std::string& doing, int attempts);

/// The error of a reply that was a success and yet isn't Fleet's: `error` says why.
Error not_from_fleet(Error error, const std::string& doing);

}  // namespace scale_fleet
