#include "nodes/instance_metadata.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr auto metadata_name = "this machine's metadata";
constexpr auto roles_path = "/latest/meta-data/iam/security-credentials/";

Result<Endpoint> metadata_server(const NamedValue& variable) {
  if (const auto named = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"))
    return Endpoint::parse(*named);
  const auto mode = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("IPv4");
  return Endpoint::parse(mode == "IPv6" || mode == "ipv6" ? "http://[fd00:ec2::254]"
                                                          : "http://169.254.169.254");
}

/// AWS's programs give up after one second: elsewhere than in EC2 nobody answers.
Duration metadata_patience(const NamedValue& variable) {
  const auto text = variable("AWS_METADATA_SERVICE_TIMEOUT").value_or("1");
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 1, 60));
}

/// Of a path: nothing but what IAM allows in a role's name.
bool is_role(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("+=,.@-_").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

bool InstanceMetadata::is_disabled() const {
  const auto text = variable_("AWS_EC2_METADATA_DISABLED").value_or("");
  return text == "true" || text == "True" || text == "TRUE";
}

Result<std::string> InstanceMetadata::ask(const HttpRequest& request) {
  auto with_server = request;
  auto server = metadata_server(variable_);
  if (!server) return tl::unexpected(server.error());
  with_server.server = std::move(*server);
  with_server.reply_is_secret = true;
  const auto result = line_.ask(with_server, metadata_patience(variable_));
  const auto failed = [](std::string_view why) {
    return failure(ErrorKind::unavailable, fmt::format("cannot ask {}: {}", metadata_name, why));
  };
  if (!result) return failed(result.error().message);
  if (result->status != 200) return failed(fmt::format("HTTP {}", result->status));
  return result->body;
}

Result<std::string> InstanceMetadata::get(const std::string& path) {
  const auto token = ask({.method = "PUT",
                          .target = "/latest/api/token",
                          .headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "21600"}}});
  if (!token) return tl::unexpected(token.error());
  const bool fits_header = std::ranges::all_of(*token, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  if (token->empty() || !fits_header) {
    return failure(ErrorKind::unavailable,
                   fmt::format("cannot ask {}: its token is none", metadata_name));
  }
  return ask({.target = path, .headers = {{"x-aws-ec2-metadata-token", *token}}});
}

Result<AwsCredentials> InstanceMetadata::credentials() {
  const auto roles = get(roles_path);
  if (!roles) return tl::unexpected(roles.error());
  const auto role = first_line(*roles);
  if (!is_role(role)) {
    return failure(ErrorKind::unavailable,
                   fmt::format("{} names no role that it has", metadata_name));
  }
  return get(roles_path + role).and_then([](const std::string& body) {
    return read_credentials_reply(metadata_name, body);
  });
}

Result<std::string> InstanceMetadata::region() {
  return get("/latest/meta-data/placement/region").map(first_line);
}

}  // namespace scale_fleet
