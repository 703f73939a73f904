#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "program/daemon_process.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "support/catch.hpp"
#include "support/steady_clock.hpp"

namespace scale_fleet {

/// `200 OK Scaling …` of the API's JSON; of another body `404 …`; empty where no reply came.
inline std::string said(const HttpResult& result) {
  if (!result) return {};
  const auto document = nlohmann::json::parse(result->body, nullptr, false);
  const auto status = std::to_string(result->status) + " ";
  if (!document.is_object() || !document.contains("message")) return status + result->body;
  return status + document.value("status", "") + " " + document.value("message", "");
}

inline const Header json_type{"Content-Type", "application/json"};

/// Somebody who asks a daemon for changes over HTTP.
class DaemonCaller {
 public:
  explicit DaemonCaller(const std::string& endpoint, TlsFiles tls = {})
      : client_(make_curl_http_client(
                    {.endpoint = *Endpoint::parse(endpoint), .tls = std::move(tls)}, clock_)
                    .value()) {}

  /// All at once; their replies in the order of the requests.
  std::vector<HttpResult> send(const std::vector<HttpRequest>& requests) {
    for (std::size_t i = 0; i < requests.size(); ++i)
      client_->start(i, requests[i]);
    std::vector<HttpResult> results(requests.size());
    for (std::size_t ended = 0; ended < requests.size();) {
      for (auto& each : client_->wait(clock_.now() + std::chrono::seconds(30))) {
        results[each.id] = std::move(each.result);
        ++ended;
      }
    }
    return results;
  }

  std::string ask(const HttpRequest& request) {
    last = send({request}).front();
    return said(last);
  }

  std::string ask(const std::string& method,
                  const std::string& target,
                  const std::string& body = {},
                  std::vector<Header> headers = {json_type}) {
    return ask(HttpRequest{
        .method = method, .target = target, .headers = std::move(headers), .body = body});
  }

  HttpResult last;

 private:
  SteadyClock clock_;
  std::unique_ptr<HttpClient> client_;
};

/// How often a daemon has looked at its services.
inline int turns_of(const std::string& endpoint) {
  const std::string name = "\nscale_fleet_tick_seconds_count ";
  const auto metrics = ask(endpoint, "/metrics");
  const auto found = metrics.find(name);
  return found == std::string::npos ? 0 : std::stoi(metrics.substr(found + name.size()));
}

/// Whether a daemon has looked twice more, and so has done what it still had in mind.
inline bool turns_twice(DaemonProcessWorld& world, const std::string& endpoint) {
  const int before = turns_of(endpoint);
  return world.comes_true([&] { return turns_of(endpoint) >= before + 2; });
}

/// Whether a daemon comes to know so many of my_app, with nothing under way.
inline bool is_settled_at(DaemonProcessWorld& world,
                          const std::string& endpoint,
                          std::size_t count) {
  return world.comes_true([&] {
    const auto told = nlohmann::json::parse(ask(endpoint, "/v1/status"), nullptr, false);
    if (!told.is_object() || told["services"].empty()) return false;
    const auto& service = told["services"][0];
    return service["current"] == count && service["under_way"].is_null() &&
           world.instances() == count;
  });
}

/// As Alertmanager tells of an alert that fires for my_app.
inline HttpRequest alert_post(const std::string& fingerprint = "a",
                              const std::string& status = "firing") {
  const nlohmann::json alert{
      {"status", status}, {"startsAt", "2026-11-21T08:00:00Z"}, {"fingerprint", fingerprint}};
  const nlohmann::json body{{"version", "4"},
                            {"groupKey", "g"},
                            {"status", status},
                            {"alerts", nlohmann::json::array({alert})},
                            {"groupLabels", {{"service", "my_app"}, {"scale", "up"}}},
                            {"commonLabels", {{"alertname", "Hot"}}}};
  return {
      .method = "POST", .target = "/v1/scale-service", .headers = {json_type}, .body = body.dump()};
}

/// One instance of my_app, which others may scale.
inline constexpr auto remote_app = "  my_app: {min: 1, max: 9, remote: {cooldown: 1m}}\n";

/// A daemon that has settled at one instance of its first service, and who asks it for changes.
struct CalledDaemon {
  explicit CalledDaemon(DaemonProcessWorld& kept,
                        const std::map<std::string, std::string>& variables = {})
      : world(kept), program(world.run_call({}, variables)) {
    REQUIRE(is_settled_at(1));
  }

  bool is_settled_at(std::size_t count) {
    return scale_fleet::is_settled_at(world, endpoint, count);
  }

  bool turns_twice() { return scale_fleet::turns_twice(world, endpoint); }

  DaemonProcessWorld& world;
  RunningProgram program;
  std::string endpoint = endpoint_of(program);
  DaemonCaller caller{endpoint};
};

}  // namespace scale_fleet
