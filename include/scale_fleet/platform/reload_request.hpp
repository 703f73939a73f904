#pragma once

#include <signal.h>

#include "scale_fleet/platform/signal_stop_request.hpp"

namespace scale_fleet {

/// Turns SIGHUP into a request to read the settings again, from construction to destruction; it
/// ends the wait that `stop`'s wake ends. One instance at a time: a second one throws
/// std::logic_error.
class ReloadRequest {
 public:
  /// `stop` must outlive it.
  explicit ReloadRequest(const SignalStopRequest& stop);
  ReloadRequest(const ReloadRequest&) = delete;
  ReloadRequest& operator=(const ReloadRequest&) = delete;
  ~ReloadRequest();

  /// Whether one has come since the last call.
  bool take();

 private:
  struct sigaction former_ {};
};

}  // namespace scale_fleet
