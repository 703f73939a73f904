#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_stop_request.hpp"

namespace scale_fleet {

/// A client with an answer for each target, for replies that no sandbox gives.
class ScriptedHttpClient : public HttpClient {
 public:
  explicit ScriptedHttpClient(FakeClock& clock) : clock_(clock) {}

  void start(RequestId id, const HttpRequest& request) override {
    targets.push_back(request.target);
    const auto found = answers.find(request.target);
    if (found == answers.end()) {
      under_way_.push_back({.id = id, .result = HttpResponse{.status = 599}});
    } else {
      under_way_.push_back({.id = id, .result = found->second});
    }
  }

  std::vector<EndedRequest> wait(TimePoint until) override {
    if (under_way_.empty()) clock_.wait_until(until);
    return std::exchange(under_way_, {});
  }

  std::string display_endpoint() const override { return "http://scripted"; }

  void answer(const std::string& target, const std::string& body) {
    answers[target] = HttpResponse{.status = 200, .headers = {}, .body = body};
  }

  std::map<std::string, HttpResult> answers;
  std::vector<std::string> targets;

 private:
  FakeClock& clock_;
  std::vector<EndedRequest> under_way_;
};

struct ScriptedWorld {
  FakeClock clock;
  FakeStopRequest stop{clock};
  ScriptedHttpClient http{clock};
  std::unique_ptr<FleetApi> fleet = make_http_fleet_api({.http = http,
                                                         .clock = clock,
                                                         .stop = stop,
                                                         .retry = {},
                                                         .random = [] { return 0.5; },
                                                         .on_retry = [](const std::string&) {}});
};

}  // namespace scale_fleet
