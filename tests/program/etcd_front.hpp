#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "program/request_watch.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// A server before an etcd that passes everything on, but every key's time to live is its own: what
/// a dead holder leaves ends after two seconds, not after thirty. It serves one request at a time,
/// so what waits for changes (wait=true) is a stream that ends at once, without any.
class EtcdFront {
 public:
  static constexpr std::chrono::seconds ttl{2};

  /// `behind` is etcd's http:// endpoint.
  explicit EtcdFront(const std::string& behind);

  /// Writes another holder's line under the key of the service's lease, for good.
  void give_lease_to(const std::string& holder, const std::string& service) const;

  std::string url() const { return server_->endpoint(); }

  /// `METHOD path`, in the order of their arrival.
  std::vector<std::string> requests();

  /// Of the requests that come from now on.
  void watch(RequestWatch watch) { watched_.set(std::move(watch)); }

 private:
  HttpReply pass_on(const HttpRequest& request);

  std::mutex mutex_;
  std::vector<std::string> requests_;  // Guarded by mutex_.
  RequestId last_id_ = 0;
  std::unique_ptr<HttpClient> etcd_;
  WatchedHandler watched_;
  std::unique_ptr<HttpServer> server_;  // Last: it stops before what it serves goes.
};

}  // namespace scale_fleet
