#pragma once

#include <optional>
#include <string>

#include "fleet/reply.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"

namespace scale_fleet {

/// GETs from Fleet, and what is as harmless, one at a time; what failed in passing is repeated as
/// the retry policy says.
class FleetReader {
 public:
  /// `connection` outlives the reader.
  explicit FleetReader(FleetConnection& connection) : connection_(connection) {}

  /// The first reply that isn't a passing failure (ReplyClass not_sent or unclear), or the error
  /// that ends the attempts. `doing` says what it is for, in messages.
  Result<HttpResult> get(const std::string& target, const std::string& doing);

  /// The same for a request that may be carried out twice.
  Result<HttpResult> ask(HttpRequest request, const std::string& doing);

  /// From now on nothing is repeated past this moment; empty: as the policy says.
  void repeat_until(std::optional<TimePoint> moment) { repeat_until_ = moment; }

  /// Sets so many request ids aside, for somebody else's requests over the same client: the first.
  RequestId take_ids(RequestId count);

 private:
  int retries_for(const HttpResult& reply) const;
  Result<HttpResult> exchange(const HttpRequest& request);
  Outcome wait(Duration delay);
  Outcome check_stop() const;

  FleetConnection& connection_;
  RequestId next_id_ = 0;
  bool has_answered_ = false;
  std::optional<TimePoint> repeat_until_;
};

}  // namespace scale_fleet
