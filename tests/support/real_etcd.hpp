#pragma once

#include <sys/types.h>

#include <string>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// An etcd on free ports of this machine, with v2 keys, from construction to destruction.
class RealEtcd {
 public:
  RealEtcd();
  RealEtcd(const RealEtcd&) = delete;
  RealEtcd& operator=(const RealEtcd&) = delete;
  ~RealEtcd();

  const std::string& url() const { return url_; }

  /// SIGSTOP: it accepts connections and answers nothing.
  void freeze() const;
  void thaw() const;

  /// Throws std::runtime_error with a sentence where there is no etcd or it doesn't start.
  void wait_until_ready() const;

 private:
  TemporaryFolder folder_;
  std::string url_;
  FileDescriptor log_;
  pid_t pid_ = 0;
};

}  // namespace scale_fleet
