#include "scale_fleet/health/make_health_check.hpp"

#include <fmt/format.h>

#include "health/both_checks.hpp"
#include "scale_fleet/health/command_check.hpp"
#include "scale_fleet/health/http_check.hpp"
#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {
namespace {

/// A page that says "ok" is shorter, and of a longer one the head tells enough.
constexpr std::size_t longest_reply = 64UL * 1024;

Error of_option(std::string_view flag, const Error& error) {
  return {.kind = error.kind, .message = fmt::format("{}: {}", flag, error.message)};
}

Result<UrlPattern> parse_url(const std::string& text) {
  return UrlPattern::parse(text).map_error(
      [](const Error& error) { return of_option("--check-http", error); });
}

Result<CheckPattern> parse_command(const std::string& text) {
  if (text.find_first_not_of(" \t\n") == std::string::npos) {
    return failure(ErrorKind::usage, "--check-cmd: the command is empty");
  }
  return CheckPattern::parse(text).map_error(
      [](const Error& error) { return of_option("--check-cmd", error); });
}

Result<std::unique_ptr<HealthCheck>> make_http_check(const HealthCheckOptions& options,
                                                     const HealthCheckWorld& world) {
  auto url = parse_url(*options.http);
  if (!url) return tl::unexpected(url.error());
  // Every request names its server; the client's own stands for none.
  auto client = make_curl_http_client(
      {.endpoint = Endpoint{.authority = "localhost", .host = "localhost"},
       .tls = {.ca = options.ca_file},
       .request_timeout = std::chrono::ceil<std::chrono::milliseconds>(options.timeout),
       .connections = 256,
       .longest_reply = longest_reply,
       .wake = world.wake},
      world.clock);
  if (!client) return tl::unexpected(client.error());
  return std::make_unique<HttpCheck>(
      std::move(*url), std::move(*client), world.clock, world.stop, options.timeout);
}

Result<std::unique_ptr<HealthCheck>> make_command_check(const HealthCheckOptions& options,
                                                        const HealthCheckWorld& world) {
  auto command = parse_command(*options.command);
  if (!command) return tl::unexpected(command.error());
  return std::make_unique<CommandCheck>(
      std::move(*command), world.clock, world.stop, CommandLimits{.each = options.timeout});
}

}  // namespace

Outcome check_patterns(const HealthCheckOptions& options) {
  if (options.http) {
    if (auto url = parse_url(*options.http); !url) return tl::unexpected(url.error());
  }
  if (options.command) {
    if (auto command = parse_command(*options.command); !command)
      return tl::unexpected(command.error());
  }
  return {};
}

Result<std::unique_ptr<HealthCheck>> make_health_check(const HealthCheckOptions& options,
                                                       const HealthCheckWorld& world) {
  if (options.is_empty()) return nullptr;
  if (!options.command) return make_http_check(options, world);
  if (!options.http) return make_command_check(options, world);
  auto http = make_http_check(options, world);
  if (!http) return http;
  auto command = make_command_check(options, world);
  if (!command) return command;
  return std::make_unique<BothChecks>(std::move(*http), std::move(*command));
}

}  // namespace scale_fleet
