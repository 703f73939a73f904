#include "http/flooding_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace scale_fleet {
namespace {

constexpr std::size_t gigabyte = std::size_t{1} << 30U;

/// For as long as a client may do nothing before the test has failed.
constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

}  // namespace

FloodingServer::FloodingServer(std::string start, std::string block)
    : start_(std::move(start)),
      block_(std::move(block)),
      listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const general = reinterpret_cast<sockaddr*>(&address);
  if (bind(listening_.number(), general, length) != 0 || listen(listening_.number(), 1) != 0 ||
      getsockname(listening_.number(), general, &length) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  // Bounds accept() as well.
  setsockopt(listening_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  endpoint_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  thread_ = std::thread([this] { serve(); });
}

FloodingServer::~FloodingServer() {
  if (thread_.joinable()) thread_.join();
}

std::size_t FloodingServer::bytes_taken() {
  if (thread_.joinable()) thread_.join();
  return bytes_taken_;
}

void FloodingServer::serve() {
  const FileDescriptor client(accept(listening_.number(), nullptr, nullptr));
  if (!client.is_open()) return;
  setsockopt(client.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(client.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  std::array<char, 4096> request{};
  if (recv(client.number(), request.data(), request.size(), 0) <= 0) return;
  std::string_view rest = start_;
  while (bytes_taken_ < gigabyte) {
    if (rest.empty()) rest = block_;
    const auto sent = send(client.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes_taken_ += static_cast<std::size_t>(sent);
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace scale_fleet
