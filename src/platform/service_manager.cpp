#include "scale_fleet/platform/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <fmt/format.h>

#include "scale_fleet/platform/file_descriptor.hpp"

namespace scale_fleet {
namespace {

std::optional<Duration> half_of_microseconds(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size() || number <= 0)
    return std::nullopt;
  return std::chrono::microseconds(number) / 2;
}

}  // namespace

ServiceManager::ServiceManager(std::optional<std::string> notify_socket,
                               const std::optional<std::string>& watchdog_usec)
    : socket_(std::move(notify_socket)), watchdog_interval_(half_of_microseconds(watchdog_usec)) {
  if (socket_ && socket_->empty()) socket_.reset();
}

Outcome ServiceManager::notify(std::string_view lines) const {
  if (!socket_) return {};
  const auto failed = [&](int number) {
    return failure(
        ErrorKind::unavailable,
        fmt::format(
            "cannot notify systemd at {}: {}", *socket_, std::generic_category().message(number)));
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_->size() >= sizeof address.sun_path) return failed(ENAMETOOLONG);
  std::memcpy(address.sun_path, socket_->data(), socket_->size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const FileDescriptor descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!descriptor.is_open()) return failed(errno);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_->size());
  const auto sent = ::sendto(descriptor.number(),
                             lines.data(),
                             lines.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address),
                             length);
  if (sent < 0) return failed(errno);
  return {};
}

}  // namespace scale_fleet
