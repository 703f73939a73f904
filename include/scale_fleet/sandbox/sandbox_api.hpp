#pragma once

#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/sandbox/sandbox_cluster.hpp"

namespace scale_fleet {

/// Fleet's HTTP API (fleetd 1.0.0, both prefixes) before a sandbox's cluster, its quirks included:
/// checked against the recorded answers of a real one. Not played: /metrics, and all but the head
/// of /discovery.
class SandboxApi {
 public:
  /// `cluster` must outlive the API; others may change it between requests.
  explicit SandboxApi(SandboxCluster& cluster) : cluster_(cluster) {}

  /// Lets the cluster advance to `now`, then acts on the request and answers it. The reply has no
  /// Date, Content-Length or Connection header: those are the server's. A reply to HEAD has no
  /// body. Where fleetd panics, the reply's delivery is Delivery::closed.
  HttpReply handle(const HttpRequest& request, TimePoint now);

  /// While `false`, every request is answered as by a fleetd that has lost etcd: 503, no Server
  /// header, nothing done.
  void set_etcd_available(bool available) { etcd_is_available_ = available; }

 private:
  SandboxCluster& cluster_;
  bool etcd_is_available_ = true;
};

/// The answer of a fleetd that has lost etcd.
HttpReply etcd_unavailable_reply();

}  // namespace scale_fleet
