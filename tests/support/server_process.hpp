#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

/// Somebody else's server program, from construction to destruction; it doesn't outlive the test.
class ServerProcess {
 public:
  /// The program, looked for on the path, and its arguments; it begins at once. Throws
  /// std::runtime_error where there can be no process.
  explicit ServerProcess(std::vector<std::string> words);
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess();

  /// Waits until its stderr holds `text`. Throws std::runtime_error with what it held instead,
  /// where it ends before, or is silent for half a minute.
  void wait_for_log(const std::string& text) const;

  /// SIGSTOP: it accepts connections and answers nothing.
  void freeze() const;
  void thaw() const;

 private:
  FileDescriptor log_;
  pid_t pid_ = 0;
};

/// `127.0.0.1:41234`, a port that is free, and kept from others until the socket is closed.
std::string reserve_address(FileDescriptor& socket);

}  // namespace scale_fleet
