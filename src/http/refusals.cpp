#include "http/refusals.hpp"

#include <string>
#include <utility>

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace scale_fleet {
namespace {

namespace http = boost::beast::http;

HttpReply in_words(int status, std::string words) {
  return {.response = {.status = status,
                       .headers = {{"Content-Type", "text/plain"}},
                       .body = std::move(words)}};
}

}  // namespace

HttpReply internal_error() {
  return in_words(500, "internal error\n");
}

HttpReply too_late() {
  return in_words(503, "no answer in time\n");
}

std::optional<HttpReply> refusal_for(const boost::system::error_code& error,
                                     const ServerLimits& limits) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return in_words(431, fmt::format("the header is longer than {} bytes\n", limits.header_bytes));
  }
  if (error == http::error::body_limit) {
    return in_words(413, fmt::format("the body is longer than {} bytes\n", limits.body_bytes));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  const bool about_the_text =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (!about_the_text) return std::nullopt;
  return in_words(400, fmt::format("this isn't HTTP/1.1: {}\n", error.message()));
}

}  // namespace scale_fleet
