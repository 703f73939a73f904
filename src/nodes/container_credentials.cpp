#include "nodes/container_credentials.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x1f && static_cast<unsigned char>(c) < 0x7f;
  });
}

tl::unexpected<Error> of_variable(std::string_view name, std::string_view why) {
  return failure(ErrorKind::usage, fmt::format("{}: {}", name, why));
}

/// `http://host:port` and `/path?query`.
std::pair<std::string, std::string> server_and_target(const std::string& url) {
  const auto host = url.find("://");
  const auto path = host == std::string::npos ? host : url.find('/', host + 3);
  if (path == std::string::npos) return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

}  // namespace

Result<std::optional<HttpRequest>> container_request(
    const NamedValue& variable,
    const std::function<std::optional<std::string>(const std::filesystem::path&)>& read_file) {
  constexpr std::string_view full_name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  const auto relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = variable(full_name);
  if (!relative && !full) return std::nullopt;
  const auto [server, target] =
      server_and_target(relative ? "http://169.254.170.2" + *relative : *full);
  auto endpoint = Endpoint::parse(server);
  if (!endpoint) return of_variable(full_name, endpoint.error().message);
  const bool is_safe = endpoint->transport == Endpoint::Transport::tls || endpoint->is_local() ||
                       endpoint->is_link_local();
  if (!is_safe)
    return of_variable(full_name, "it is neither https nor of this machine; nothing was sent");
  if (!is_visible(target)) return of_variable(full_name, "it holds a control character");

  HttpRequest request{.target = target, .server = *endpoint, .reply_is_secret = true};
  auto token = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const auto file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
    token = read_file(*file);
  while (token && (token->ends_with('\n') || token->ends_with('\r')))
    token->pop_back();
  if (token && !is_visible(*token))
    return of_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", "it holds a control character");
  if (token && !token->empty()) request.headers.emplace_back("Authorization", *token);
  return request;
}

}  // namespace scale_fleet
