#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <cstring>
#include <string>

#include "scale_fleet/platform/file_descriptor.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// The socket that systemd would listen on.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
            0);
  }

  /// What has been said since; empty where nothing was.
  std::string heard() const {
    std::array<char, 1024> bytes{};
    const auto length = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return length < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(length));
  }

  /// Whether one of the next messages is, or begins with, `words`; false after half a minute.
  bool hears(const std::string& words) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < until) {
      pollfd wanted{.fd = socket_.number(), .events = POLLIN, .revents = 0};
      std::array<char, 4096> buffer{};
      if (::poll(&wanted, 1, 30'000) != 1) return false;
      const auto length = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
      if (length <= 0) return false;
      if (std::string(buffer.data(), static_cast<std::size_t>(length)).starts_with(words))
        return true;
    }
    return false;
  }

 private:
  FileDescriptor socket_;
};

}  // namespace scale_fleet
