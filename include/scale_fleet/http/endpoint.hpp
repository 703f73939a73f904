#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Where a server listens: `http://host:port/base`, `https://…` or `unix:///path/to.sock`.
struct Endpoint {
  enum class Transport { tcp, tls, unix_socket };

  Transport transport = Transport::tcp;
  std::string authority;    ///< `host:port` as a URL has it; of a socket a placeholder.
  std::string host;         ///< Without brackets.
  std::string socket_path;  ///< Of a unix socket only.
  std::string base_path;  ///< What stands before every path; empty or `/base`, no slash at its end.
  std::string user;       ///< Credentials for a server in front of Fleet; never displayed.
  std::string password;

  /// Reads a URL. Errors are ErrorKind::usage and say what to write instead: no scheme, a scheme
  /// that isn't one of the three, no host, a port out of range, `unix://` with two slashes, a
  /// socket path that is too long for the system (107 bytes).
  static Result<Endpoint> parse(std::string_view url);

  /// The URL without credentials, for messages and logs.
  std::string display() const;
  /// One text for all spellings of an endpoint (localhost and 127.0.0.1, a default port), to tell
  /// whether two are the same.
  std::string identity() const;
  /// Whether the server is on this machine (a socket, 127.0.0.0/8, ::1, localhost): no proxy then.
  bool is_local() const;
  /// Whether the server is the cloud that this machine runs in, reached from here alone: a
  /// link-local address (RFC 3927, RFC 4291) or AWS's fd00:ec2::254. What it says of us is no
  /// proxy's business.
  bool is_link_local() const;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace scale_fleet
