#include "sandbox/replies.hpp"

#include <fmt/format.h>

#include "scale_fleet/fleet/fleet_json.hpp"

namespace scale_fleet {
namespace {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&#34;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

HttpReply typed_reply(int status, std::string_view content_type, std::string body) {
  HttpReply reply;
  reply.response = {.status = status,
                    .headers = {{"Content-Type", std::string(content_type)}},
                    .body = std::move(body)};
  return reply;
}

}  // namespace

HttpReply json_reply(std::string body) {
  return typed_reply(200, "application/json", std::move(body));
}

HttpReply error_reply(int status, std::string_view message) {
  return typed_reply(status, "application/json", write_error(status, message));
}

HttpReply empty_reply(int status) {
  HttpReply reply;
  reply.response.status = status;
  return reply;
}

HttpReply moved_reply(const RequestTarget& target, std::string_view method) {
  auto location = encode_path(clean_path(target.path));
  if (!target.raw_query.empty()) location += "?" + target.raw_query;
  auto reply = empty_reply(301);
  if (method == "GET" || method == "HEAD") {
    reply = typed_reply(
        301,
        "text/html; charset=utf-8",
        fmt::format("<a href=\"{}\">Moved Permanently</a>.\n\n", escape_html(location)));
  }
  reply.response.headers.emplace_back("Location", location);
  return reply;
}

HttpReply panic_reply() {
  HttpReply reply;
  reply.delivery = Delivery::closed;
  return reply;
}

}  // namespace scale_fleet
