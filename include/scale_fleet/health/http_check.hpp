#pragma once

#include <memory>
#include <vector>

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/health/health_check.hpp"
#include "scale_fleet/health/url_pattern.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"
#include "scale_fleet/platform/stop_request.hpp"

namespace scale_fleet {

/// Sends a GET to each instance. One is healthy that answers with a status from 200 to 399, as
/// Kubernetes' httpGet has it (kubernetes.io, "Configure Liveness, Readiness and Startup Probes");
/// redirects aren't followed, so that an instance speaks for itself.
class HttpCheck : public HealthCheck {
 public:
  /// `client` sends to every server that a request names, and gives up within `limit`; clock and
  /// stop request outlive the check.
  HttpCheck(UrlPattern url,
            std::unique_ptr<HttpClient> client,
            const Clock& clock,
            const StopRequest& stop,
            Duration limit)
      : url_(std::move(url)),
        client_(std::move(client)),
        clock_(clock),
        stop_(stop),
        limit_(limit) {}

  /// All at once; lasts at most the limit.
  std::vector<CheckAnswer> ask(const std::vector<CheckTarget>& targets) override;

 private:
  CheckAnswer judge(const CheckUrl& url, const HttpResult& result) const;

  UrlPattern url_;
  std::unique_ptr<HttpClient> client_;
  const Clock& clock_;
  const StopRequest& stop_;
  Duration limit_;
  RequestId next_id_ = 0;  // Never used twice: a late end from before answers nobody.
};

}  // namespace scale_fleet
