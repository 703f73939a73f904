#pragma once

#include <optional>
#include <string>

#include "support/server_process.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// An etcd on free ports of this machine, with v2 keys, from construction to destruction.
class RealEtcd {
 public:
  RealEtcd();

  const std::string& url() const { return url_; }

  /// SIGSTOP: it accepts connections and answers nothing.
  void freeze() const { process_->freeze(); }

  void thaw() const { process_->thaw(); }

  /// Throws std::runtime_error with a sentence where there is no etcd or it doesn't start.
  void wait_until_ready() const { process_->wait_for_log("serving client traffic"); }

 private:
  TemporaryFolder folder_;
  std::string url_;
  std::optional<ServerProcess> process_;
};

}  // namespace scale_fleet
