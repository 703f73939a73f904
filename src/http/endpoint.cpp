#include "scale_fleet/http/endpoint.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// sun_path holds 108 bytes with the closing zero; libcurl answers a longer one with "no such
/// host".
constexpr std::size_t longest_socket_path = 107;

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

/// What people may see of a URL that could hold `user:password@`. It may be mistyped, and the
/// password hold a slash, so whatever stands before the last @ is taken for credentials.
std::string redacted(std::string_view url) {
  const auto at = url.rfind('@');
  if (at == std::string_view::npos) return printable(url);
  const auto scheme = url.substr(0, at).find("://");
  const auto start = scheme == std::string_view::npos ? 0 : scheme + 3;
  return printable(std::string(url.substr(0, start)) + "…@" + std::string(url.substr(at + 1)));
}

tl::unexpected<Error> refuse(std::string_view url, std::string_view why) {
  return failure(ErrorKind::usage, fmt::format("'{}' is not an endpoint: {}", redacted(url), why));
}

/// A URL whose port is none: that could be a password, of one who forgot the host behind it.
std::string without_port(std::string_view url) {
  auto host = url.rfind('@');
  if (host == std::string_view::npos) host = url.find("://") + 3;
  const auto bracket = url.find(']', host);
  const auto colon = url.find(':', bracket == std::string_view::npos ? host : bracket);
  return colon == std::string_view::npos ? std::string(url)
                                         : std::string(url.substr(0, colon)) + ":…";
}

Result<Endpoint> parse_socket(std::string_view url, std::string_view path) {
  if (!path.starts_with('/')) {
    return refuse(url, fmt::format("a socket needs three slashes, unix:///{}", redacted(path)));
  }
  if (path.size() < 2)
    return refuse(url, "name the socket, for example unix:///var/run/fleet.sock");
  if (path.size() > longest_socket_path) {
    return refuse(url,
                  fmt::format("the system allows a socket's path at most {} bytes, this has {}",
                              longest_socket_path,
                              path.size()));
  }
  return Endpoint{.transport = Endpoint::Transport::unix_socket,
                  .authority = "fleet",
                  .socket_path = std::string(path)};
}

bool has_space_or_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  if (url.empty()) return refuse(url, "it is empty; write http://HOST:PORT or unix:///PATH");
  if (has_space_or_control(url)) return refuse(url, "it holds a blank or a control character");
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) {
    return refuse(url, fmt::format("it has no scheme; did you mean http://{}?", redacted(url)));
  }
  const auto scheme = url.substr(0, separator);
  if (scheme == "unix") return parse_socket(url, url.substr(separator + 3));
  if (scheme != "http" && scheme != "https") {
    return refuse(
        url, fmt::format("the scheme {} is not known; http, https and unix are", redacted(scheme)));
  }

  const Url parsed(curl_url(), &curl_url_cleanup);
  switch (curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0)) {
    case CURLUE_OK:
      break;
    case CURLUE_BAD_PORT_NUMBER:
      return refuse(without_port(url), "its port is not a number from 1 to 65535");
    case CURLUE_NO_HOST:
      return refuse(url, "it names no host");
    default:
      return refuse(url, "write http://HOST:PORT, https://HOST:PORT or unix:///PATH");
  }
  Endpoint endpoint{.transport = scheme == "https" ? Transport::tls : Transport::tcp};
  endpoint.host = part_of(parsed, CURLUPART_HOST);
  const auto port = part_of(parsed, CURLUPART_PORT);
  endpoint.authority = port.empty() ? endpoint.host : endpoint.host + ":" + port;
  if (endpoint.host.starts_with('['))
    endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  if (endpoint.host.empty()) return refuse(url, "it names no host");
  if (port == "0") return refuse(url, "its port is not a number from 1 to 65535");
  if (!part_of(parsed, CURLUPART_QUERY).empty() || !part_of(parsed, CURLUPART_FRAGMENT).empty()) {
    return refuse(url, "it may end in a path, but not in a query or a fragment");
  }
  endpoint.base_path = part_of(parsed, CURLUPART_PATH);
  while (endpoint.base_path.ends_with('/'))
    endpoint.base_path.pop_back();
  endpoint.user = part_of(parsed, CURLUPART_USER, CURLU_URLDECODE);
  endpoint.password = part_of(parsed, CURLUPART_PASSWORD, CURLU_URLDECODE);
  return endpoint;
}

std::string Endpoint::display() const {
  switch (transport) {
    case Transport::unix_socket:
      return "unix://" + printable(socket_path);
    case Transport::tls:
      return "https://" + printable(authority + base_path);
    case Transport::tcp:
      break;
  }
  return "http://" + printable(authority + base_path);
}

std::string Endpoint::identity() const {
  if (transport == Transport::unix_socket) return display();
  auto name = is_local() ? std::string("localhost") : host;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  const auto default_port = transport == Transport::tls ? ":443" : ":80";
  return name + (has_port ? authority.substr(colon) : std::string(default_port)) + base_path;
}

bool Endpoint::is_link_local() const {
  return host.starts_with("169.254.") || host.starts_with("fe80:") || host == "fd00:ec2::254";
}

bool Endpoint::is_local() const {
  return transport == Transport::unix_socket || host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace scale_fleet
