#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/health/health_check.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/signal_stop_request.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// How instances are to be asked whether they serve; where both are given, both must answer.
struct HealthCheckOptions {
  std::optional<std::string> http;             ///< As UrlPattern::parse() takes it.
  std::optional<std::string> command;          ///< For the shell, with specifiers (CheckPattern).
  Duration timeout = std::chrono::seconds(5);  ///< Of each of the two.
  /// Authorities that an https URL is verified with; else the system's.
  std::optional<std::string> ca_file;

  bool is_empty() const { return !http && !command; }
};

/// What a check needs of the outside; all of it outlives the check.
struct HealthCheckWorld {
  const Clock& clock;
  const StopRequest& stop;
  /// Ends a wait when a signal arrives, as in HttpClientSettings.
  const SignalStopRequest* wake = nullptr;
};

/// Whether a check can be made of it. The error, of ErrorKind::usage, names the option.
Outcome check_patterns(const HealthCheckOptions& options);

/// Null where nothing is to be asked. Errors are those of check_patterns(), and a file that can't
/// be read.
Result<std::unique_ptr<HealthCheck>> make_health_check(const HealthCheckOptions& options,
                                                       const HealthCheckWorld& world);

}  // namespace scale_fleet
