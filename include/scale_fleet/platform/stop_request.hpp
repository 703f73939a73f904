#pragma once

#include <optional>

namespace scale_fleet {

/// Whether somebody asked the program to stop. Implemented by SignalStopRequest; in tests by one
/// that is raised at a chosen moment.
class StopRequest {
 public:
  StopRequest() = default;
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  virtual ~StopRequest() = default;

  /// The signal's number (SIGINT 2, SIGTERM 15) once one has arrived; it stays so.
  virtual std::optional<int> signal() const = 0;

  /// Whether to stop: for a signal, or for another reason that an implementation knows.
  virtual bool requested() const { return signal().has_value(); }
};

}  // namespace scale_fleet
