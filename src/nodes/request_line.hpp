#pragma once

#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// One request after another over a client that nobody else uses.
class RequestLine {
 public:
  /// All three outlive it.
  RequestLine(HttpClient& client, const Clock& clock, const StopRequest& stop)
      : client_(client), clock_(clock), stop_(stop) {}

  /// Its end; after `limit`, or soon after a stop was requested, TransportFailure::timed_out.
  HttpResult ask(const HttpRequest& request, Duration limit);

  /// Waits so long, or until a stop is requested.
  void pause(Duration duration);

  bool has_to_stop() const { return stop_.requested(); }

 private:
  /// A stop that wakes nobody is seen so much later.
  TimePoint next_look(TimePoint until) const;

  HttpClient& client_;
  const Clock& clock_;
  const StopRequest& stop_;
  RequestId last_ = 0;
};

}  // namespace scale_fleet
