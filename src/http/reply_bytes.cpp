#include "http/reply_bytes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr std::size_t largest_unchunked = 2048;

// The last body of a cut reply, or its headers where it has no body, ends in the middle.
std::string first_half(std::string_view text) {
  return std::string(text.substr(0, text.size() / 2));
}

std::string_view reason_phrase(int status) {
  constexpr std::array<std::pair<int, std::string_view>, 20> phrases{{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Request Entity Too Large"},
      {415, "Unsupported Media Type"},
      {422, "Unprocessable Entity"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
  }};
  const auto* found = std::ranges::find(phrases, status, &std::pair<int, std::string_view>::first);
  return found == phrases.end() ? std::string_view("Unknown") : found->second;
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string one_line(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; }, ' ');
  return result;
}

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> lower_case_names) {
  std::string lower(name);
  std::ranges::transform(
      lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(lower_case_names, lower) != lower_case_names.end();
}

std::string in_chunks(std::string_view body) {
  std::string result;
  while (!body.empty()) {
    const auto chunk = body.substr(0, largest_unchunked);
    result += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
    body.remove_prefix(chunk.size());
  }
  return result + "0\r\n\r\n";
}

/// `length_header` is empty or a whole line.
std::string head_bytes(const HttpResponse& response,
                       const Requester& requester,
                       Afterwards afterwards,
                       std::string_view length_header) {
  std::string result = fmt::format("HTTP/1.{} {} {}\r\n",
                                   requester.speaks_1_1 ? 1 : 0,
                                   response.status,
                                   reason_phrase(response.status));
  for (const auto& [name, value] : response.headers) {
    const bool ours = is_any_of(name, {"content-length", "transfer-encoding", "connection"});
    const bool idle = response.body.empty() && is_any_of(name, {"content-type"});
    if (!ours && !idle) {
      result += fmt::format("{}: {}\r\n", one_line(name), one_line(value));
    }
  }
  result += length_header;
  if (afterwards == Afterwards::close && requester.speaks_1_1) {
    result += "Connection: close\r\n";
  } else if (afterwards == Afterwards::keep && !requester.speaks_1_1) {
    result += "Connection: keep-alive\r\n";
  }
  return result + "\r\n";
}

ReplyBytes whole(const HttpResponse& response, const Requester& requester) {
  const auto afterwards = requester.keeps_alive ? Afterwards::keep : Afterwards::close;
  if (!may_have_body(response.status)) {
    return {.bytes = head_bytes(response, requester, afterwards, ""), .afterwards = afterwards};
  }
  const bool chunked = requester.speaks_1_1 && response.body.size() > largest_unchunked;
  const auto length = chunked ? std::string("Transfer-Encoding: chunked\r\n")
                              : fmt::format("Content-Length: {}\r\n", response.body.size());
  auto bytes = head_bytes(response, requester, afterwards, length);
  if (!requester.asked_head) {
    bytes += chunked ? in_chunks(response.body) : response.body;
  }
  return {.bytes = std::move(bytes), .afterwards = afterwards};
}

ReplyBytes cut(const HttpResponse& response, const Requester& requester) {
  const auto length = fmt::format("Content-Length: {}\r\n", response.body.size());
  // "Connection: keep-alive" or nothing: the end must come as a surprise.
  const auto head = head_bytes(response, requester, Afterwards::keep, length);
  const bool has_body =
      may_have_body(response.status) && !requester.asked_head && !response.body.empty();
  return {.bytes = has_body ? head + first_half(response.body) : first_half(head),
          .afterwards = Afterwards::close};
}

}  // namespace

ReplyBytes reply_bytes(const HttpReply& reply, const Requester& requester) {
  switch (reply.delivery) {
    case Delivery::whole:
      return whole(reply.response, requester);
    case Delivery::closed:
      return {.bytes = {}, .afterwards = Afterwards::close};
    case Delivery::reset:
      return {.bytes = {}, .afterwards = Afterwards::reset};
    case Delivery::cut:
      return cut(reply.response, requester);
    case Delivery::garbage:
      return {.bytes = "\x16\x03\x01 this is not HTTP\r\n\r\n", .afterwards = Afterwards::close};
  }
  return {};
}

std::string origin_form(std::string_view target) {
  if (target.starts_with('/')) {
    return std::string(target);
  }
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) {
    return std::string(target);
  }
  const auto path = target.find('/', scheme_end + 3);
  return path == std::string_view::npos ? "/" : std::string(target.substr(path));
}

}  // namespace scale_fleet
