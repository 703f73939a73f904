#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "scale_fleet/http/endpoint.hpp"

namespace scale_fleet {

using Header = std::pair<std::string, std::string>;

/// Who signs a request for AWS (Signature Version 4), and for which of its services.
struct AwsSignature {
  std::string region;
  std::string service;  ///< Its signing name: `autoscaling`.
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< Empty: lasting credentials need none.
};

/// A request, seen from either side. `target` is path and query, percent-encoded, from the slash
/// on.
struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<Header> headers;
  std::string body;
  /// Of a client: not on a kept-alive connection, which may have died unseen.
  bool on_fresh_connection = false;
  /// Of a client: to this server, not to the client's own.
  std::optional<Endpoint> server = {};
  /// Of a client: signed so. Only for the target `/`, and with a Content-Type of its own where it
  /// has a body: libcurl before 8.3 signs a query as it stands, and no header that it adds itself.
  std::optional<AwsSignature> signature = {};
  /// Of a client: the reply is a secret, and no log shows it.
  bool reply_is_secret = false;
};

/// Of every header of that name, in any case, in order.
std::vector<std::string_view> header_values(const std::vector<Header>& headers,
                                            std::string_view name);

struct HttpResponse {
  int status = 200;
  std::vector<Header> headers;
  std::string body;

  /// The first header of that name, in any case; empty where there is none.
  std::string_view header(std::string_view name) const;
};

/// Why no whole reply came, in the classes that matter for what may be done next.
enum class TransportFailure {
  not_connected,  ///< Nothing was sent: refused, no such socket, no route.
  not_resolved,   ///< Nothing was sent: no such host.
  not_trusted,    ///< Nothing was sent: TLS, or a certificate, failed.
  timed_out,      ///< Sent, perhaps read, no reply in time.
  broken_off,     ///< Sent, perhaps read; the connection ended before the reply did.
  unreadable,     ///< Something came that isn't HTTP, or is larger than we take.
};

struct TransportError {
  TransportFailure failure = TransportFailure::broken_off;
  std::string message;  ///< What the transport said, with secrets removed.
  /// Of not_connected: a machine said that nobody listens there.
  bool was_refused = false;
  /// Of a reply whose body is longer than we take: what its head said.
  std::optional<int> status = {};
};

using HttpResult = tl::expected<HttpResponse, TransportError>;

/// The Retry-After of a reply (RFC 9110, 10.2.3), in its form of seconds; empty for its other form,
/// a date, and where there is none.
std::optional<std::chrono::seconds> retry_after(const HttpResult& result);

}  // namespace scale_fleet
