#include "fleet/fleet_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

/// Before the first reply of a run a refused connection is more likely a wrong endpoint than a
/// fleetd that restarts: nobody wants to wait a minute for that.
constexpr int retries_before_first_contact = 2;

}  // namespace

Result<HttpResult> FleetReader::get(const std::string& target, const std::string& doing) {
  return ask({.method = "GET", .target = target}, doing);
}

Result<HttpResult> FleetReader::ask(HttpRequest request, const std::string& doing) {
  for (int failures = 0;;) {
    request.on_fresh_connection = failures > 0;
    auto reply = exchange(request);
    if (!reply) return tl::unexpected(reply.error());
    has_answered_ = has_answered_ || reply->has_value();
    const auto reply_class = classify(*reply);
    if (reply_class != ReplyClass::not_sent && reply_class != ReplyClass::unclear) return reply;
    ++failures;
    const auto delay =
        retry_delay(connection_.retry, failures, retry_after(*reply), connection_.random());
    const bool is_too_late = repeat_until_ && connection_.clock.now() + delay > *repeat_until_;
    if (failures > retries_for(*reply) || is_too_late) {
      return tl::unexpected(to_error(*reply, doing, failures));
    }
    connection_.on_retry(fmt::format("{}: {}; trying again in {:.1f} s (attempt {} of {})",
                                     doing,
                                     describe(*reply),
                                     std::chrono::duration<double>(delay).count(),
                                     failures + 1,
                                     retries_for(*reply) + 1));
    if (auto waited = wait(delay); !waited) return tl::unexpected(waited.error());
  }
}

RequestId FleetReader::take_ids(RequestId count) {
  return std::exchange(next_id_, next_id_ + count);
}

int FleetReader::retries_for(const HttpResult& reply) const {
  const bool never_reached = !has_answered_ && classify(reply) == ReplyClass::not_sent && !reply;
  return never_reached ? std::min(connection_.retry.retries, retries_before_first_contact)
                       : connection_.retry.retries;
}

Result<HttpResult> FleetReader::exchange(const HttpRequest& request) {
  const auto id = next_id_++;
  connection_.http.start(id, request);
  for (;;) {
    const auto far = connection_.clock.now() + std::chrono::minutes(10);
    for (auto& ended : connection_.http.wait(far)) {
      if (ended.id == id) return std::move(ended.result);
    }
    if (auto fine = check_stop(); !fine) return tl::unexpected(fine.error());
  }
}

Outcome FleetReader::wait(Duration delay) {
  const auto until = connection_.clock.now() + delay;
  while (connection_.clock.now() < until) {
    if (auto fine = check_stop(); !fine) return fine;
    connection_.http.wait(until);
  }
  return check_stop();
}

Outcome FleetReader::check_stop() const {
  if (connection_.stop.requested())
    return failure(ErrorKind::interrupted, "interrupted by a signal");
  return {};
}

}  // namespace scale_fleet
