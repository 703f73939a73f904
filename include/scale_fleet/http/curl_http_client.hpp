#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/endpoint.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"

namespace scale_fleet {

/// Files in PEM form. Certificates are verified always: against `ca`, else against the system's.
struct TlsFiles {
  std::optional<std::string> ca;
  std::optional<std::string> certificate;  ///< Ours, for a server that asks; with `key`.
  std::optional<std::string> key;
};

struct HttpClientSettings {
  Endpoint endpoint;
  TlsFiles tls;
  /// From start() to the end of one request.
  std::chrono::milliseconds request_timeout = std::chrono::seconds(10);
  /// Kept-alive connections at most.
  int connections = 16;
  /// A longer reply is an error: nobody can make us fill the memory.
  std::size_t longest_reply = 64UL * 1024 * 1024;
  std::string user_agent = "scale-fleet";
  /// For tests: every connection goes to this `HOST:PORT`, whatever the URL says.
  std::optional<std::string> connect_to = {};
  /// Whose wake ends one wait(), and is drained by it; it outlives the client. None: nothing does.
  const SignalStopRequest* wake = nullptr;
};

/// A client over libcurl: redirects aren't followed, proxies (the usual variables) are for machines
/// that aren't this one or its cloud's own. The error is ErrorKind::usage: a TLS file that can't be
/// read.
Result<std::unique_ptr<HttpClient>> make_curl_http_client(const HttpClientSettings& settings,
                                                          const Clock& clock);

}  // namespace scale_fleet
