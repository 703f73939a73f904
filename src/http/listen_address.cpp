#include "http/listen_address.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view unix_scheme = "unix://";
// The kernel keeps the path in a fixed field and wants a zero behind it.
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

tl::unexpected<Error> not_an_address(const std::string& text, std::string_view why) {
  return failure(ErrorKind::usage,
                 fmt::format("cannot listen on '{}': {}; give it as 127.0.0.1:8080, [::1]:8080 "
                             "(port 0 picks a free one) or unix:///path/to.sock",
                             printable(text),
                             why));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (text.empty() || error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return port;
}

bool is_ip(int family, const std::string& text) {
  in6_addr address{};  // The larger of the two.
  return inet_pton(family, text.c_str(), &address) == 1;
}

Result<ListenAddress> parse_unix(const std::string& text) {
  auto path = text.substr(unix_scheme.size());
  if (!path.starts_with('/')) {
    return not_an_address(text, "the path of a unix socket starts with a slash");
  }
  if (path.size() > longest_path || path.find('\0') != std::string::npos) {
    return not_an_address(
        text, fmt::format("the path of a unix socket has at most {} bytes", longest_path));
  }
  return UnixAddress{.path = std::move(path)};
}

}  // namespace

Result<ListenAddress> parse_listen_address(const std::string& text) {
  if (text.starts_with(unix_scheme)) {
    return parse_unix(text);
  }
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) {
    return not_an_address(text, "it has no port");
  }
  const auto port = parse_port(std::string_view(text).substr(colon + 1));
  if (!port) {
    return not_an_address(text, "the port is a number from 0 to 65535");
  }
  auto host = text.substr(0, colon);
  if (host == "localhost") {
    host = "127.0.0.1";
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (is_ip(AF_INET6, host)) {
      return TcpAddress{.ip = std::move(host), .port = *port};
    }
  } else if (is_ip(AF_INET, host)) {
    return TcpAddress{.ip = std::move(host), .port = *port};
  }
  return not_an_address(text, "the host is an IP address, IPv6 in brackets");
}

std::string endpoint_of(const ListenAddress& address, bool over_tls) {
  if (const auto* unix_address = std::get_if<UnixAddress>(&address)) {
    return fmt::format("{}{}", unix_scheme, unix_address->path);
  }
  const auto& tcp = std::get<TcpAddress>(address);
  const auto* scheme = over_tls ? "https" : "http";
  return tcp.is_ipv6() ? fmt::format("{}://[{}]:{}", scheme, tcp.ip, tcp.port)
                       : fmt::format("{}://{}:{}", scheme, tcp.ip, tcp.port);
}

}  // namespace scale_fleet
