#include "http/refusals.hpp"

#include <string>
#include <utility>

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace scale_fleet {
namespace {

namespace http = boost::beast::http;

HttpReply in_words(int status, const std::string& words) {
  return {.response = {
              .status = status, .headers = {{"Content-Type", "text/plain"}}, .body = words + "\n"}};
}

HttpReply refusal_of(const ServerLimits& limits, int status, const std::string& words) {
  if (limits.refusal) return {.response = limits.refusal(status, words)};
  return in_words(status, words);
}

}  // namespace

HttpReply internal_error() {
  return in_words(500, "internal error");
}

HttpReply too_late(const ServerLimits& limits) {
  return refusal_of(limits, 503, "no answer in time");
}

std::optional<HttpReply> refusal_for(const boost::system::error_code& error,
                                     const ServerLimits& limits) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refusal_of(
        limits, 431, fmt::format("the header is longer than {} bytes", limits.header_bytes));
  }
  if (error == http::error::body_limit) {
    return refusal_of(
        limits, 413, fmt::format("the body is longer than {} bytes", limits.body_bytes));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  const bool about_the_text =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (!about_the_text) return std::nullopt;
  return refusal_of(limits, 400, fmt::format("this isn't HTTP/1.1: {}", error.message()));
}

}  // namespace scale_fleet
