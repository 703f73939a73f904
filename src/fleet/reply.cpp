#include "fleet/reply.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"

namespace scale_fleet {
namespace {

/// Of a server's words in a sentence, in bytes. Fleet's own messages are shorter.
constexpr std::size_t longest_words = 1024;

std::string_view describe(TransportFailure failure) {
  switch (failure) {
    case TransportFailure::not_connected:
      return "no connection";
    case TransportFailure::not_resolved:
      return "no such host";
    case TransportFailure::not_trusted:
      return "TLS failed";
    case TransportFailure::timed_out:
      return "no reply in time";
    case TransportFailure::broken_off:
      return "the connection broke off";
    case TransportFailure::unreadable:
      return "the reply can't be read";
  }
  return "";
}

ReplyClass classify(TransportFailure failure) {
  switch (failure) {
    case TransportFailure::not_connected:
      return ReplyClass::not_sent;
    case TransportFailure::not_resolved:
    case TransportFailure::not_trusted:
      return ReplyClass::hopeless;
    case TransportFailure::timed_out:
    case TransportFailure::broken_off:
    case TransportFailure::unreadable:
      break;
  }
  return ReplyClass::unclear;
}

/// What to try, where the kind of reply suggests something.
std::string_view hint(const HttpResult& result) {
  if (!result) {
    switch (result.error().failure) {
      case TransportFailure::not_connected:
        return "; is fleetd's API socket there, and --endpoint right?";
      case TransportFailure::not_resolved:
        return "; check the host in --endpoint";
      case TransportFailure::not_trusted:
        return "; check --ca-file, --cert-file and --key-file";
      case TransportFailure::timed_out:
      case TransportFailure::broken_off:
      case TransportFailure::unreadable:
        return "";
    }
  }
  if (result->status / 100 == 3) return "; redirects are not followed, check --endpoint";
  if (result->status == 401 || result->status == 403)
    return "; a server in front of Fleet refuses us";
  const bool from_fleet = read_error_message(result->body).has_value();
  if (result->status < 500 && !from_fleet) {
    return "; this is not a Fleet API (etcd, or a proxy?), check --endpoint";
  }
  return "";
}

}  // namespace

ReplyClass classify(const HttpResult& result) {
  if (!result) return classify(result.error().failure);
  switch (result->status) {
    case 200:
    case 201:
    case 204:
      return ReplyClass::success;
    case 404:
      return read_error_message(result->body) ? ReplyClass::not_there : ReplyClass::refused;
    case 503:
    case 429:
      return ReplyClass::not_sent;
    default:
      return result->status >= 500 ? ReplyClass::unclear : ReplyClass::refused;
  }
}

std::string describe(const HttpResult& result) {
  if (!result) {
    return fmt::format("{} ({})", describe(result.error().failure), result.error().message);
  }
  const auto message = read_error_message(result->body);
  if (message && !message->empty()) {
    return fmt::format("HTTP {}: {}", result->status, printable_start(*message, longest_words));
  }
  if (message)
    return fmt::format("HTTP {} with no message (fleetd's journal may say more)", result->status);
  if (result->status / 100 == 3) {
    const auto location = without_credentials(result->header("Location"));
    return fmt::format("HTTP {} to '{}'", result->status, printable_start(location, longest_words));
  }
  return fmt::format("HTTP {}", result->status);
}

Error to_error(const HttpResult& result, const std::string& doing, int attempts) {
  const auto reply = classify(result);
  const bool tried_again = reply == ReplyClass::not_sent || reply == ReplyClass::unclear;
  const auto times = attempts > 1 ? fmt::format(" ({} attempts)", attempts) : std::string();
  return {.kind = tried_again || reply == ReplyClass::hopeless ? ErrorKind::unavailable
                                                               : ErrorKind::refused,
          .message = fmt::format("cannot {}: {}{}{}", doing, describe(result), times, hint(result)),
          .http_status = result ? std::optional(result->status) : std::nullopt};
}

Error not_from_fleet(Error error, const std::string& doing) {
  error.message =
      fmt::format("cannot {}: {}; is this a Fleet API? Check --endpoint", doing, error.message);
  return error;
}

}  // namespace scale_fleet
