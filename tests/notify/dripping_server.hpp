#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "support/server_process.hpp"

namespace scale_fleet {

/// A server on loopback that answers one connection with a byte every few milliseconds, without an
/// end, until the client goes away.
class DrippingServer {
 public:
  DrippingServer() : url_("http://" + reserve_address(listening_)) {
    ::listen(listening_.number(), 8);
    thread_ = std::thread([this] { drip(); });
  }

  DrippingServer(const DrippingServer&) = delete;
  DrippingServer& operator=(const DrippingServer&) = delete;

  /// Waits for the client to go away.
  ~DrippingServer() { thread_.join(); }

  const std::string& url() const { return url_; }

 private:
  void drip() const {
    constexpr std::string_view head = "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n";
    constexpr int milliseconds_between = 5;
    const FileDescriptor client(::accept(listening_.number(), nullptr, nullptr));
    std::array<char, 4096> request{};
    if (::recv(client.number(), request.data(), request.size(), 0) <= 0) return;
    std::size_t sent = 0;
    while (true) {
      const char byte = sent < head.size() ? head[sent] : 'x';
      if (::send(client.number(), &byte, 1, MSG_NOSIGNAL) != 1) return;
      ++sent;
      pollfd gone{.fd = client.number(), .events = POLLRDHUP, .revents = 0};
      if (::poll(&gone, 1, milliseconds_between) != 0) return;
    }
  }

  FileDescriptor listening_;
  std::string url_;
  std::thread thread_;
};

}  // namespace scale_fleet
