#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scale_fleet/http/http_client.hpp"

namespace scale_fleet {

/// Shows every request and reply of another client, a line each, control characters made visible
/// and long bodies shortened. Credentials aren't in them: headers aren't shown, nor are replies
/// that a request calls secret.
class LoggingHttpClient : public HttpClient {
 public:
  LoggingHttpClient(HttpClient& inner, std::function<void(const std::string&)> show)
      : inner_(inner), show_(std::move(show)) {}

  void start(RequestId id, const HttpRequest& request) override;
  std::vector<EndedRequest> wait(TimePoint until) override;

  void wake() override { inner_.wake(); }

  std::string display_endpoint() const override { return inner_.display_endpoint(); }

 private:
  HttpClient& inner_;
  std::function<void(const std::string&)> show_;

  struct UnderWay {
    std::string what;
    bool reply_is_secret = false;
  };

  std::map<RequestId, UnderWay> under_way_;
};

}  // namespace scale_fleet
