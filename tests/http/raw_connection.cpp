#include "http/raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>

namespace scale_fleet {
namespace {

template <typename Address>
int connected(int family, const Address& address) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

int connected_to(const std::string& endpoint) {
  if (endpoint.starts_with("unix://")) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    endpoint.substr(7).copy(address.sun_path, sizeof(address.sun_path) - 1);
    return connected(AF_UNIX, address);
  }
  const auto colon = endpoint.rfind(':');
  const auto port = htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(colon + 1))));
  const auto host = endpoint.find("://") + 3;
  if (endpoint[host] == '[') {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = port;
    inet_pton(AF_INET6, endpoint.substr(host + 1, colon - host - 2).c_str(), &address.sin6_addr);
    return connected(AF_INET6, address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = port;
  inet_pton(AF_INET, endpoint.substr(host, colon - host).c_str(), &address.sin_addr);
  return connected(AF_INET, address);
}

}  // namespace

RawConnection::RawConnection(const std::string& endpoint) : descriptor_(connected_to(endpoint)) {
  if (descriptor_ < 0) {
    throw std::runtime_error("no connection to " + endpoint);
  }
}

RawConnection::~RawConnection() {
  close(descriptor_);
}

void RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // The server has had enough; what it says about it is there to be read.
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawConnection::receive() {
  std::array<char, 4096> block{};
  const auto count = recv(descriptor_, block.data(), block.size(), 0);
  if (count > 0) {
    received_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }
  if (count == 0) {
    end_ = End::finished;
  } else {
    end_ = errno == ECONNRESET ? End::reset : End::timed_out;
  }
  return false;
}

bool RawConnection::ends_within(std::chrono::milliseconds patience) {
  pollfd socket{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return poll(&socket, 1, static_cast<int>(patience.count())) > 0 && !receive();
}

std::string RawConnection::read_bytes(std::size_t count) {
  while (received_.size() < count && receive()) {
  }
  auto result = received_.substr(0, count);
  received_.erase(0, count);
  return result;
}

std::string RawConnection::read_to(std::string_view mark) {
  while (received_.find(mark) == std::string::npos) {
    if (!receive()) {
      return read_bytes(received_.size());
    }
  }
  return read_bytes(received_.find(mark) + mark.size());
}

std::string RawConnection::read_to_end() {
  while (receive()) {
  }
  return read_bytes(received_.size());
}

std::string RawConnection::read_reply() {
  auto head = read_to("\r\n\r\n");
  if (head.find("Transfer-Encoding: chunked\r\n") != std::string::npos) {
    return head + read_to("\r\n0\r\n\r\n");
  }
  constexpr std::string_view length = "Content-Length: ";
  const auto found = head.find(length);
  return found == std::string::npos
             ? head
             : head + read_bytes(std::stoul(head.substr(found + length.size())));
}

}  // namespace scale_fleet
