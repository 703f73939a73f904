#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// Chosen by whoever starts a request, to tell its end from the others'.
using RequestId = std::uint64_t;

struct EndedRequest {
  RequestId id = 0;
  HttpResult result;
};

/// Sends requests to one server, several at once, on one thread. Implemented by CurlHttpClient; in
/// tests by the sandbox without a network.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  /// Begins a request. It ends, within the client's request timeout, in a later wait().
  virtual void start(RequestId id, const HttpRequest& request) = 0;

  /// Returns as soon as requests have ended (those), at `until`, or when a signal asked to stop
  /// (then perhaps none). With none in flight it only waits.
  virtual std::vector<EndedRequest> wait(TimePoint until) = 0;

  /// Ends the current wait(), or the next one, early. May be called on any thread. A client that
  /// never waits for a network has nothing to do.
  virtual void wake() {}

  /// Where requests go, for people: no credentials in it.
  virtual std::string display_endpoint() const = 0;
};

}  // namespace scale_fleet
