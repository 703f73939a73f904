#include "nodes/aws_caller.hpp"

#include <fmt/format.h>

#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

constexpr Duration call_patience = std::chrono::seconds(20);

bool is_worth_repeating(const AwsFailure& failure, const AwsCall& call) {
  return failure.kind == AwsFailure::Kind::passing ||
         (failure.kind == AwsFailure::Kind::unclear && call.is_repeatable);
}

std::string form_of(const AwsCall& call) {
  auto form = fmt::format("Action={}&Version={}", call.action, call.version);
  for (const auto& [name, value] : call.parameters)
    form += fmt::format("&{}={}", name, percent_encoded(value));
  return form;
}

}  // namespace

std::string AwsCaller::display_region() {
  return region_.empty() ? "its region" : region_;
}

Result<HttpRequest> AwsCaller::signed_request(const AwsCall& call) {
  const auto region = account_.region();
  if (!region) return tl::unexpected(region.error());
  region_ = *region;
  auto endpoint = account_.endpoint(call.service, *region);
  if (!endpoint) return tl::unexpected(endpoint.error());
  const auto credentials = account_.credentials();
  if (!credentials) return tl::unexpected(credentials.error());
  return HttpRequest{.method = "POST",
                     .target = "/",
                     .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                     .body = form_of(call),
                     .server = std::move(*endpoint),
                     .signature = AwsSignature{.region = *region,
                                               .service = call.service,
                                               .access_key_id = credentials->access_key_id,
                                               .secret_access_key = credentials->secret_access_key,
                                               .session_token = credentials->session_token}};
}

void AwsCaller::pause_before(int repetition, std::optional<Duration> retry_after) {
  line_.pause(retry_delay(world_.retry, repetition, retry_after, world_.random()));
}

Result<AwsReply> AwsCaller::call(const AwsCall& call) {
  for (int attempt = 1;; ++attempt) {
    if (line_.has_to_stop())
      return failure(ErrorKind::interrupted, fmt::format("{}: interrupted", call.action));
    auto request = signed_request(call);
    if (!request) return tl::unexpected(request.error());
    request->on_fresh_connection = attempt > 1;
    auto reply = read_aws_reply(line_.ask(*request, call_patience));
    if (reply) return reply;
    if (reply.error().kind == AwsFailure::Kind::unknown_credentials) account_.forget_credentials();
    // What was asked for and is unclear stays so, though a stop has been requested meanwhile.
    const bool is_last = attempt >= attempts() || line_.has_to_stop();
    if (is_last || !is_worth_repeating(reply.error(), call)) return reply;
    pause_before(attempt, reply.error().retry_after);
  }
}

Error error_of(const AwsFailure& failure, const std::string& what_was_tried) {
  const auto kind = [&] {
    switch (failure.kind) {
      case AwsFailure::Kind::passing:
      case AwsFailure::Kind::unclear:
        return ErrorKind::unavailable;
      case AwsFailure::Kind::busy:
        return ErrorKind::precondition;
      case AwsFailure::Kind::unknown_credentials:
      case AwsFailure::Kind::refused:
        break;
    }
    return ErrorKind::refused;
  }();
  return {.kind = kind,
          .message = fmt::format("{}: {}", what_was_tried, failure.message),
          .http_status = failure.http_status};
}

}  // namespace scale_fleet
