#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// What a Prometheus makes alerts of, and who gets them.
struct PrometheusAlerting {
  std::string rules;         ///< The text of a file of rules.
  std::string alertmanager;  ///< Its URL, without a path.
};

/// A Prometheus on a free port of this machine, which asks `targets` for their /metrics five times
/// a second, and as often looks whether an alert is due, from construction to destruction.
class RealPrometheus {
 public:
  /// Targets as URLs without a path: `http://127.0.0.1:41234`, as HttpServer::endpoint() gives
  /// them.
  explicit RealPrometheus(const std::vector<std::string>& targets,
                          const std::optional<PrometheusAlerting>& alerting = std::nullopt);

  const std::string& url() const { return url_; }

  /// Throws std::runtime_error with a sentence where there is no prometheus or it doesn't start.
  void wait_until_ready() const { process_->wait_for_log("ready to receive web requests"); }

  /// Kills it; what it had stored stays.
  void stop() { process_.reset(); }

  /// Starts it again after stop(), at the same place.
  void start();

 private:
  TemporaryFolder folder_;
  std::string address_;
  std::string url_;
  std::optional<ServerProcess> process_;
};

}  // namespace scale_fleet
