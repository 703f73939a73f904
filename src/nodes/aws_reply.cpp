#include "nodes/aws_reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <string_view>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

using Kind = AwsFailure::Kind;

constexpr std::size_t longest_aws_words = 500;
constexpr std::size_t longest_error_body = 64UL * 1024;

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

constexpr std::array<std::string_view, 11> throttling_codes{"Throttling",
                                                            "ThrottlingException",
                                                            "ThrottledException",
                                                            "RequestThrottled",
                                                            "RequestThrottledException",
                                                            "TooManyRequestsException",
                                                            "RequestLimitExceeded",
                                                            "BandwidthLimitExceeded",
                                                            "SlowDown",
                                                            "PriorRequestNotComplete",
                                                            "EC2ThrottledException"};
constexpr std::array<std::string_view, 2> busy_codes{"ScalingActivityInProgress",
                                                     "ResourceContention"};
constexpr std::array<std::string_view, 6> credential_codes{"ExpiredToken",
                                                           "ExpiredTokenException",
                                                           "InvalidClientTokenId",
                                                           "UnrecognizedClientException",
                                                           "AuthFailure",
                                                           "SignatureDoesNotMatch"};

struct AwsErrorText {
  std::string code;
  std::string message;
};

AwsErrorText read_error(const std::string& body) {
  pugi::xml_document document;
  if (body.size() > longest_error_body || !document.load_buffer(body.data(), body.size()))
    return {};
  auto error = document.child("ErrorResponse").child("Error");
  if (!error) error = document.child("Response").child("Errors").child("Error");
  return {.code = error.child_value("Code"), .message = error.child_value("Message")};
}

Kind kind_of(int status, std::string_view code) {
  if (is_one_of(busy_codes, code)) return Kind::busy;
  if (is_one_of(throttling_codes, code) || status == 429) return Kind::passing;
  if (is_one_of(credential_codes, code)) return Kind::unknown_credentials;
  const bool timed_out = code == "RequestTimeout" || code == "RequestTimeoutException";
  return status >= 500 || timed_out ? Kind::unclear : Kind::refused;
}

std::optional<Duration> retry_after(const HttpResponse& response) {
  const auto text = response.header("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || seconds < 0)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

bool nothing_went_out(TransportFailure failure) {
  return failure == TransportFailure::not_connected || failure == TransportFailure::not_resolved ||
         failure == TransportFailure::not_trusted;
}

}  // namespace

tl::expected<std::string, AwsFailure> read_aws_reply(const HttpResult& result) {
  if (!result) {
    const auto& error = result.error();
    return tl::unexpected(
        AwsFailure{.kind = nothing_went_out(error.failure) ? Kind::passing : Kind::unclear,
                   .message = error.message});
  }
  if (result->status >= 200 && result->status <= 299) return result->body;
  const auto [code, message] = read_error(result->body);
  return tl::unexpected(AwsFailure{
      .kind = kind_of(result->status, code),
      .message = code.empty() ? fmt::format("HTTP {} with a body that isn't AWS's", result->status)
                              : fmt::format("AWS says {}: {}",
                                            printable_start(code, longest_aws_words),
                                            printable_start(message, longest_aws_words)),
      .http_status = result->status,
      .retry_after = retry_after(*result)});
}

}  // namespace scale_fleet
