#pragma once

#include <string>
#include <utility>

#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"

namespace scale_fleet {

inline const std::string prefix = "/fleet/v1";
inline const UnitOptions first_text = {{"Service", "ExecStart", "/bin/a"}};

/// A cluster, its API and a time that the requests are sent at.
struct Sandbox {
  SandboxCluster cluster;
  SandboxApi api{cluster};
  TimePoint now;

  explicit Sandbox(SandboxSettings settings = {}) : cluster(std::move(settings), TimePoint{}) {}

  HttpReply send(HttpRequest request) { return api.handle(request, now); }

  HttpReply get(const std::string& target) {
    return send({.method = "GET", .target = target, .headers = {}, .body = {}});
  }

  HttpReply put(const std::string& unit, const std::string& body) {
    return send({.method = "PUT",
                 .target = prefix + "/units/" + unit,
                 .headers = {{"Content-Type", "application/json"}},
                 .body = body});
  }
};

inline std::string message_of(const HttpReply& reply) {
  return read_error_message(reply.response.body).value_or("(no error)");
}

inline std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c == '\n' ? "\\n" : std::string(1, c);
  }
  return json + "\"";
}

inline std::string body_of(const UnitOptions& options,
                           const std::string& desired_state = "inactive") {
  std::string list;
  for (const auto& option : options) {
    list += std::string(list.empty() ? "" : ",") + "{\"section\":" + quoted(option.section) +
            ",\"name\":" + quoted(option.name) + ",\"value\":" + quoted(option.value) + "}";
  }
  return R"({"desiredState":)" + quoted(desired_state) + ",\"options\":[" + list + "]}";
}

}  // namespace scale_fleet
