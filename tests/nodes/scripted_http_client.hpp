#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/http/http_client.hpp"
#include "support/fake_clock.hpp"

namespace scale_fleet {

/// Answers as it is told, at once; a request that it is told nothing of never ends. Waiting moves
/// the clock.
class ScriptedHttpClient : public HttpClient {
 public:
  using Script = std::function<std::optional<HttpResult>(const HttpRequest&)>;

  ScriptedHttpClient(FakeClock& clock, Script script) : clock_(clock), script_(std::move(script)) {}

  void start(RequestId id, const HttpRequest& request) override {
    requests.push_back(request);
    started.push_back(clock_.now());
    if (auto result = script_(request)) ended_.push_back({.id = id, .result = std::move(*result)});
  }

  std::vector<EndedRequest> wait(TimePoint until) override {
    if (ended_.empty()) clock_.wait_until(until);
    return std::exchange(ended_, {});
  }

  std::string display_endpoint() const override { return "http://scripted"; }

  std::vector<HttpRequest> requests;
  std::vector<TimePoint> started;

 private:
  FakeClock& clock_;
  Script script_;
  std::vector<EndedRequest> ended_;
};

}  // namespace scale_fleet
