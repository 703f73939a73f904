#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {

/// A server on a free port of this machine that answers one connection with `start` and then with
/// `block` again and again, until the client goes away or a gigabyte is out.
class FloodingServer {
 public:
  FloodingServer(std::string start, std::string block);
  FloodingServer(const FloodingServer&) = delete;
  FloodingServer& operator=(const FloodingServer&) = delete;
  ~FloodingServer();

  /// `http://127.0.0.1:41234`
  const std::string& endpoint() const { return endpoint_; }

  /// Bytes that the client, or the sockets between, have taken: once the client has gone away.
  std::size_t bytes_taken();

 private:
  void serve();

  std::string start_;
  std::string block_;
  FileDescriptor listening_;
  std::string endpoint_;
  std::atomic<std::size_t> bytes_taken_ = 0;
  std::thread thread_;
};

}  // namespace scale_fleet
