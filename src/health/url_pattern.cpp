#include "scale_fleet/health/url_pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

/// An instance as any other, to see whether a pattern can be a URL at all.
const CheckTarget an_instance{
    .unit = "a@1.service", .prefix = "a", .number = 1, .machine_ip = "192.0.2.1"};

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool holds_only(std::string_view text, std::string_view besides) {
  return std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || besides.find(c) != std::string_view::npos;
  });
}

/// Scheme, host and port come from the user. What a server wrote may not add another port, user or
/// path there.
Result<std::string> in_server(const std::string& value) {
  if (holds_only(value, "-._")) return value;
  const bool is_ipv6 = holds_only(value, ":.") && std::ranges::count(value, ':') >= 2;
  if (is_ipv6) return fmt::format("[{}]", value);
  return failure(
      ErrorKind::unavailable,
      fmt::format("'{}' can't stand in a URL before its path", printable_start(value, 100)));
}

Result<std::string> in_target(const std::string& value) {
  return percent_encoded(value);
}

bool is_url_character(char c) {
  return c > 0x20 && c < 0x7f;
}

}  // namespace

std::string CheckUrl::display() const {
  const auto query = target.find('?');
  return server.display() + (query == std::string::npos
                                 ? printable(target)
                                 : printable(target.substr(0, query)) + "?…");
}

Result<UrlPattern> UrlPattern::parse(std::string_view text) {
  if (text.starts_with('/')) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' says no port: write :PORT{}, where %i is the instance's "
                               "number, or a whole URL",
                               printable(text),
                               printable(text)));
  }
  const auto url = (text.starts_with(':') ? "http://%h" : "") + std::string(text);
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return failure(ErrorKind::usage,
                   "a health check's URL begins with http://, https:// or, for a port of the "
                   "instance's machine, with a colon: ':%i/health'");
  }
  if (!std::ranges::all_of(url, is_url_character) || url.find('#') != std::string::npos) {
    return failure(ErrorKind::usage,
                   "a health check's URL holds no blank, no # and no character beyond ASCII; "
                   "write it as %%XX");
  }
  const auto end = std::min(url.find_first_of("/?", url.find("://") + 3), url.size());
  auto server = CheckPattern::parse(std::string_view(url).substr(0, end));
  if (!server) return tl::unexpected(server.error());
  auto target = CheckPattern::parse(std::string_view(url).substr(end));
  if (!target) return tl::unexpected(target.error());
  UrlPattern pattern;
  pattern.server_ = std::move(*server);
  pattern.target_ = std::move(*target);
  if (auto example = pattern.fill(an_instance); !example) {
    return failure(ErrorKind::usage, std::move(example.error().message));
  }
  return pattern;
}

Result<CheckUrl> UrlPattern::fill(const CheckTarget& target) const {
  const auto server = server_.fill(target, in_server);
  if (!server) return tl::unexpected(server.error());
  auto path = target_.fill(target, in_target);
  if (!path) return tl::unexpected(path.error());
  auto endpoint = Endpoint::parse(*server);
  if (!endpoint) return tl::unexpected(endpoint.error());
  if (!path->starts_with('/')) path->insert(0, "/");
  return CheckUrl{.server = std::move(*endpoint), .target = std::move(*path)};
}

}  // namespace scale_fleet
