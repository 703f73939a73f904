#include "http/listening_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// A socket address of any family, as the system calls want it.
struct RawAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }

  int family() const { return storage.ss_family; }
};

template <typename Concrete>
RawAddress raw(const Concrete& concrete) {
  RawAddress result;
  static_assert(sizeof(concrete) <= sizeof(result.storage));
  std::memcpy(&result.storage, &concrete, sizeof(concrete));
  result.length = sizeof(concrete);
  return result;
}

RawAddress raw_tcp(const TcpAddress& address) {
  if (address.is_ipv6()) {
    sockaddr_in6 concrete{};
    concrete.sin6_family = AF_INET6;
    concrete.sin6_port = htons(address.port);
    inet_pton(AF_INET6, address.ip.c_str(), &concrete.sin6_addr);
    return raw(concrete);
  }
  sockaddr_in concrete{};
  concrete.sin_family = AF_INET;
  concrete.sin_port = htons(address.port);
  inet_pton(AF_INET, address.ip.c_str(), &concrete.sin_addr);
  return raw(concrete);
}

RawAddress raw_unix(const UnixAddress& address) {
  sockaddr_un concrete{};
  concrete.sun_family = AF_UNIX;
  address.path.copy(concrete.sun_path, sizeof(concrete.sun_path) - 1);
  return raw(concrete);
}

tl::unexpected<Error> cannot_listen(const ListenAddress& address,
                                    std::string_view what_happened,
                                    std::string_view what_to_try) {
  return failure(
      ErrorKind::refused,
      fmt::format("cannot listen on {}: {}; {}", endpoint_of(address), what_happened, what_to_try));
}

std::string system_said(int error) {
  return std::generic_category().message(error);
}

/// Whether somebody takes connections there: 0, or what connect() said.
int knock(RawAddress address) {
  // Not blocking: a listener whose queue is full would keep us waiting, and it does listen.
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) {
    return errno;
  }
  const int error = connect(descriptor, address.get(), address.length) == 0 ? 0 : errno;
  close(descriptor);
  return error == EAGAIN ? 0 : error;
}

/// Removes the socket file that a listener which is no more has left behind.
Outcome make_way(const UnixAddress& address) {
  struct stat found {};

  if (lstat(address.path.c_str(), &found) != 0) {
    return {};  // Nothing there, or bind() will say better what is wrong.
  }
  if (!S_ISSOCK(found.st_mode)) {
    return cannot_listen(address, "the file exists and isn't a socket", "choose another path");
  }
  const int error = knock(raw_unix(address));
  if (error == ECONNREFUSED) {
    unlink(address.path.c_str());
    return {};
  }
  const auto what_happened = error == 0 ? "somebody else listens there" : system_said(error);
  return cannot_listen(address, what_happened, "choose another path");
}

// The time is part of it because a new file may get the number of one just removed. A socket's
// doesn't change once it is made.
std::optional<FileIdentity> identity(const std::string& path) {
  struct stat found {};

  if (lstat(path.c_str(), &found) != 0) {
    return std::nullopt;
  }
  return FileIdentity{.device = found.st_dev,
                      .inode = found.st_ino,
                      .seconds = found.st_mtim.tv_sec,
                      .nanoseconds = found.st_mtim.tv_nsec};
}

std::uint16_t bound_port(int descriptor) {
  RawAddress bound;
  bound.length = sizeof(bound.storage);
  if (getsockname(descriptor, bound.get(), &bound.length) != 0) {
    return 0;
  }
  // The port stands in the same place for IPv4 and IPv6.
  return ntohs(reinterpret_cast<sockaddr_in*>(bound.get())->sin_port);
}

}  // namespace

UnixSocketFile::UnixSocketFile(std::string path) : path_(std::move(path)), made_(identity(path_)) {}

UnixSocketFile::~UnixSocketFile() {
  if (made_ && identity(path_) == made_) {
    unlink(path_.c_str());
  }
}

Result<ListeningSocket> open_listening_socket(const ListenAddress& address) {
  const auto* tcp = std::get_if<TcpAddress>(&address);
  if (tcp == nullptr) {
    if (const auto way = make_way(std::get<UnixAddress>(address)); !way) {
      return tl::unexpected(way.error());
    }
  }
  auto raw_address = tcp != nullptr ? raw_tcp(*tcp) : raw_unix(std::get<UnixAddress>(address));
  const int descriptor = socket(raw_address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return cannot_listen(address, system_said(errno), "this system may lack that kind of address");
  }
  const int yes = 1;  // Connections of an earlier run that linger must not keep us from the port.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (bind(descriptor, raw_address.get(), raw_address.length) != 0 ||
      listen(descriptor, SOMAXCONN) != 0) {
    const int error = errno;
    close(descriptor);
    return cannot_listen(address,
                         system_said(error),
                         tcp != nullptr ? "choose another address, or port 0 for a free one"
                                        : "choose another path");
  }
  ListeningSocket result{
      .descriptor = descriptor, .family = raw_address.family(), .address = address, .file = {}};
  if (auto* bound = std::get_if<TcpAddress>(&result.address)) {
    bound->port = bound_port(descriptor);
  } else {
    result.file = std::make_unique<UnixSocketFile>(std::get<UnixAddress>(address).path);
  }
  return result;
}

}  // namespace scale_fleet
