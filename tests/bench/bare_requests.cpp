#include "bench/bare_requests.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/http/percent_encoding.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {
namespace {

using Steady = std::chrono::steady_clock;

std::string target_of(const std::string& unit) {
  return "/fleet/v1/units/" + percent_encoded(unit);
}

HttpResponse expect_success(const EndedRequest& ended) {
  if (!ended.result) throw std::runtime_error(ended.result.error().message);
  constexpr int not_there = 404;  // To a DELETE.
  if (ended.result->status >= 300 && ended.result->status != not_there) {
    throw std::runtime_error(fmt::format("HTTP {}: {}", ended.result->status, ended.result->body));
  }
  return *ended.result;
}

/// Only asked for the time: waiting is libcurl's.
class WallClock : public Clock {
 public:
  TimePoint now() const override { return Steady::now(); }

  void wait_until(TimePoint) override { throw std::logic_error("nobody waits on this clock"); }
};

/// A client whose connections are its own.
class Connections {
 public:
  Connections(const Endpoint& endpoint, int count) {
    client_ = *make_curl_http_client(
        {.endpoint = endpoint, .request_timeout = std::chrono::minutes(5), .connections = count},
        clock_);
  }

  /// Sends all, as many at once as there are connections.
  void send(const std::vector<HttpRequest>& requests, int at_once) {
    std::size_t started = 0;
    for (std::size_t ended = 0; ended < requests.size();) {
      while (started < requests.size() && started - ended < static_cast<std::size_t>(at_once)) {
        client_->start(started, requests[started]);
        ++started;
      }
      for (const auto& end : client_->wait(clock_.now() + std::chrono::minutes(10))) {
        expect_success(end);
        ++ended;
      }
    }
  }

  HttpResponse get(const std::string& target) {
    client_->start(0, {.method = "GET", .target = target});
    return expect_success(client_->wait(clock_.now() + std::chrono::minutes(10)).at(0));
  }

 private:
  WallClock clock_;
  std::unique_ptr<HttpClient> client_;
};

void send_all(const Endpoint& endpoint, const std::vector<HttpRequest>& requests, int connections) {
  Connections server(endpoint, connections);
  server.send(requests, connections);
}

}  // namespace

void BareRequests::put(const std::vector<std::string>& units,
                       const UnitOptions& options,
                       JobState state,
                       int connections) const {
  const auto body = write_put_body(state, &options);
  std::vector<HttpRequest> requests;
  for (const auto& unit : units) {
    requests.push_back({.method = "PUT",
                        .target = target_of(unit),
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body});
  }
  send_all(endpoint_, requests, connections);
}

void BareRequests::destroy(const std::vector<std::string>& units, int connections) const {
  std::vector<HttpRequest> requests;
  for (const auto& unit : units)
    requests.push_back({.method = "DELETE", .target = target_of(unit)});
  send_all(endpoint_, requests, connections);
}

BareRequests::Walk BareRequests::walk_units() const {
  Connections server(endpoint_, 1);
  Walk walk;
  const auto started = Steady::now();
  for (std::string target = "/fleet/v1/units";;) {
    const auto page = read_unit_page(server.get(target).body);
    ++walk.requests;
    if (!page) throw std::runtime_error(page.error().message);
    if (!page->next_token) break;
    target = "/fleet/v1/units?nextPageToken=" + percent_encoded(*page->next_token);
  }
  walk.time = Steady::now() - started;
  return walk;
}

}  // namespace scale_fleet
