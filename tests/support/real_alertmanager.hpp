#pragma once

#include <optional>
#include <string>

#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// An Alertmanager on a free port of this machine, alone in its cluster, from construction to
/// destruction.
class RealAlertmanager {
 public:
  /// `config` is the text of its alertmanager.yml.
  explicit RealAlertmanager(const std::string& config);

  const std::string& url() const { return url_; }

  /// Throws std::runtime_error with its log where there is no prometheus-alertmanager, or where the
  /// text is wrong.
  void wait_until_ready() const { process_->wait_for_log("Listening on"); }

 private:
  TemporaryFolder folder_;
  std::string url_;
  std::optional<ServerProcess> process_;
};

}  // namespace scale_fleet
