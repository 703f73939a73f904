#include "etcd/key_request.hpp"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

constexpr int key_not_found = 100;
constexpr int compare_failed = 101;
constexpr int key_exists = 105;
constexpr int first_raft_error = 300;
constexpr int last_raft_error = 399;

/// Bytes of a message that are passed on; etcd's own are shorter.
constexpr std::size_t longest_message = 1024;

HttpRequest put(std::string_view target, std::string form) {
  return {.method = "PUT",
          .target = std::string(target),
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = std::move(form)};
}

KeyReply not_done(KeyAnswer answer, std::string message) {
  return {.answer = answer, .message = std::move(message)};
}

KeyReply read_failure(const TransportError& error) {
  switch (error.failure) {
    case TransportFailure::not_connected:
    case TransportFailure::not_resolved:
    case TransportFailure::not_trusted:
      return not_done(KeyAnswer::unreachable, error.message);
    case TransportFailure::timed_out:
    case TransportFailure::broken_off:
    case TransportFailure::unreadable:
      break;
  }
  return not_done(KeyAnswer::unclear, error.message);
}

/// etcd's own errors: `{"errorCode":105,"message":"Key already exists","cause":"/…","index":4}`.
KeyReply read_error(int code, const std::string& message) {
  auto text = fmt::format("{} (etcd error {})", printable_start(message, longest_message), code);
  if (code == key_not_found) return not_done(KeyAnswer::missing, std::move(text));
  if (code == compare_failed || code == key_exists) {
    return not_done(KeyAnswer::differs, std::move(text));
  }
  const bool of_raft = code >= first_raft_error && code <= last_raft_error;
  return not_done(of_raft ? KeyAnswer::unclear : KeyAnswer::refused, std::move(text));
}

std::string text_field(const json& object, const char* name) {
  const auto field = object.find(name);
  return field != object.end() && field->is_string() ? field->get<std::string>() : "";
}

}  // namespace

std::string lease_target(std::string_view service) {
  // A service may be called `.` or `..`, which a server would take for a folder.
  const bool is_folder = service == "." || service == "..";
  return fmt::format(
      "/v2/keys/scale-fleet/locks/{}{}", percent_encoded(service), is_folder ? "%40" : "");
}

HttpRequest create_key(std::string_view target, std::string_view value, std::chrono::seconds ttl) {
  return put(target,
             fmt::format("prevExist=false&ttl={}&value={}", ttl.count(), percent_encoded(value)));
}

HttpRequest refresh_key(std::string_view target, std::string_view value, std::chrono::seconds ttl) {
  const auto encoded = percent_encoded(value);
  return put(target, fmt::format("prevValue={}&ttl={}&value={}", encoded, ttl.count(), encoded));
}

HttpRequest remove_key(std::string_view target, std::string_view value) {
  return {.method = "DELETE",
          .target = fmt::format("{}?prevValue={}", target, percent_encoded(value)),
          .headers = {},
          .body = {}};
}

HttpRequest read_key(std::string_view target) {
  return {
      .method = "GET", .target = fmt::format("{}?quorum=true", target), .headers = {}, .body = {}};
}

std::optional<std::string> key_target(std::string_view key) {
  std::string target = "/v2/keys";
  while (!key.empty()) {
    const auto name = key.substr(0, key.find('/'));
    key.remove_prefix(std::min(key.size(), name.size() + 1));
    if (name == "." || name == "..") return std::nullopt;
    if (!name.empty()) target += "/" + percent_encoded(name);
  }
  if (target == "/v2/keys") return std::nullopt;
  return target;
}

HttpRequest read_folder_request(std::string_view target) {
  return {.target = fmt::format("{}?quorum=true&recursive=true&sorted=true", target)};
}

HttpRequest put_key(std::string_view target, std::string_view value, const KeyCondition& when) {
  std::string form = "value=" + percent_encoded(value);
  if (when.exists) form += fmt::format("&prevExist={}", *when.exists);
  if (when.modified) form += fmt::format("&prevIndex={}", *when.modified);
  return put(target, std::move(form));
}

HttpRequest delete_key(std::string_view target, std::optional<KeyIndex> modified) {
  const auto condition = modified ? fmt::format("?prevIndex={}", *modified) : "";
  return {.method = "DELETE", .target = fmt::format("{}{}", target, condition)};
}

KeyIndex etcd_index(const HttpResponse& response) {
  const auto text = response.header("X-Etcd-Index");
  KeyIndex index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  return error == std::errc{} && end == text.data() + text.size() ? index : 0;
}

KeyReply read_key_reply(const HttpResult& result) {
  if (!result) return read_failure(result.error());
  const auto body = json::parse(result->body, nullptr, false);
  const bool is_object = body.is_object();
  if (is_object && body.contains("errorCode") && body["errorCode"].is_number_integer()) {
    return read_error(body["errorCode"].get<int>(), text_field(body, "message"));
  }
  const int status = result->status;
  const auto text = fmt::format("HTTP {}", status);
  if (status >= 500) return not_done(KeyAnswer::unclear, text);
  if (status == 404) {
    return not_done(KeyAnswer::refused,
                    text + ": it has no v2 keys; etcd 3.4 and 3.5 need --enable-v2");
  }
  const bool is_success = status == 200 || status == 201;
  if (!is_success) return not_done(KeyAnswer::refused, text);
  if (!is_object || !body.contains("node") || !body["node"].is_object()) {
    return not_done(KeyAnswer::refused, text + " with a body that isn't etcd's");
  }
  KeyReply done{.answer = KeyAnswer::done};
  const auto& node = body["node"];
  if (node.contains("modifiedIndex") && node["modifiedIndex"].is_number_unsigned())
    done.modified = node["modifiedIndex"].get<KeyIndex>();
  if (node.contains("value") && node["value"].is_string())
    done.value = node["value"].get<std::string>();
  return done;
}

}  // namespace scale_fleet
