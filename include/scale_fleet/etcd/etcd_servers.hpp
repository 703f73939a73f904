#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/core/time.hpp"
#include "scale_fleet/http/endpoint.hpp"
#include "scale_fleet/http/http_client.hpp"
#include "scale_fleet/platform/clock.hpp"

namespace scale_fleet {

/// `URL[,URL…]` taken apart; errors as of Endpoint::parse(). A comma inside a password must be
/// percent-encoded.
Result<std::vector<Endpoint>> parse_etcd_endpoints(std::string_view text);

/// The members of one etcd cluster: whichever can be reached is asked. Used on one thread at a
/// time.
class EtcdServers {
 public:
  /// One client for each member, at least one. Give it clients of its own, that watch no wake
  /// descriptor (signal_stop_request.hpp): the thread of a LeaseKeeper would drain a wake that the
  /// main thread waits for. Their request timeout bounds each question; 3 s is good.
  explicit EtcdServers(std::vector<std::unique_ptr<HttpClient>> clients);

  /// Sends the request to the member that answered last. Where nothing could be sent to it, to the
  /// next one. Doesn't wait past `until`, a moment on `clock`. An error of the kinds that mean
  /// "nothing was sent" is true of all members, and names each. Where `stop` is requested, on any
  /// thread, it ends at once, as if the time had run out.
  HttpResult ask(const HttpRequest& request,
                 const Clock& clock,
                 TimePoint until,
                 const std::stop_token& stop = {});

  /// All members, for people.
  std::string display_endpoints() const;

 private:
  HttpResult ask_one(HttpClient& client,
                     const HttpRequest& request,
                     const Clock& clock,
                     TimePoint until,
                     const std::stop_token& stop);

  std::vector<std::unique_ptr<HttpClient>> clients_;
  std::size_t current_ = 0;
  RequestId last_id_ = 0;
};

}  // namespace scale_fleet
