#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

struct TcpAddress {
  std::string ip;          ///< Without brackets; one with a colon in it is IPv6.
  std::uint16_t port = 0;  ///< 0: whichever is free.

  bool is_ipv6() const { return ip.find(':') != std::string::npos; }

  bool operator==(const TcpAddress&) const = default;
};

struct UnixAddress {
  std::string path;  ///< Absolute, and short enough for the kernel.

  bool operator==(const UnixAddress&) const = default;
};

using ListenAddress = std::variant<TcpAddress, UnixAddress>;

/// `127.0.0.1:0`, `[::1]:8080`, `localhost:8080` (that is 127.0.0.1) or `unix:///path/to.sock`.
/// Other names are not looked up: a server should listen where it was told to, not where a name
/// happens to point. Anything else is a usage error that names the forms.
Result<ListenAddress> parse_listen_address(const std::string& text);

/// As a client's --endpoint takes it: `http://[::1]:8080`, `unix:///path/to.sock`.
std::string endpoint_of(const ListenAddress& address, bool over_tls = false);

}  // namespace scale_fleet
