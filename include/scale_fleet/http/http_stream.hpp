#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// What has come of a reply since the last look.
struct StreamPiece {
  std::string bytes;
  bool has_ended = false;               ///< Nothing more comes.
  std::optional<TransportError> error;  ///< Why it ended before the reply did.
};

/// One request whose reply goes on for as long as the server likes, handed over as it comes. While
/// nobody looks, nothing is read, and the server has to wait: it takes no more memory than one
/// piece. The connection ends with the object. Used on one thread.
class HttpStream {
 public:
  HttpStream() = default;
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  virtual ~HttpStream() = default;

  /// Returns as soon as the head, bytes or the end have come; with nothing at `until`, or at once
  /// when `stop` is requested on any thread.
  virtual StreamPiece next(TimePoint until, const std::stop_token& stop) = 0;

  /// The reply's status; empty while its head hasn't come.
  virtual std::optional<int> status() const = 0;
};

/// A stream over libcurl, by the settings of make_curl_http_client() but with no limit on the
/// time and the length of the whole reply; the same error.
Result<std::unique_ptr<HttpStream>> make_curl_http_stream(const HttpClientSettings& settings,
                                                          const HttpRequest& request,
                                                          const Clock& clock);

}  // namespace scale_fleet
