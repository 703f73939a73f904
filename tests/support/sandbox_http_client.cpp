#include "support/sandbox_http_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace scale_fleet {
namespace {

/// Nobody has a reason to ask so often at one moment.
constexpr int most_waits_in_vain = 1'000;

HttpResult failed(TransportFailure failure, std::string message) {
  return tl::unexpected(TransportError{.failure = failure, .message = std::move(message)});
}

HttpResult to_result(HttpReply reply) {
  switch (reply.delivery) {
    case Delivery::whole:
      break;
    case Delivery::closed:
      return failed(TransportFailure::broken_off, "the server sent no reply");
    case Delivery::reset:
      return failed(TransportFailure::broken_off, "the connection was reset");
    case Delivery::cut:
      return failed(TransportFailure::broken_off, "the reply ended in its middle");
    case Delivery::garbage:
      return failed(TransportFailure::unreadable, "the reply is not HTTP");
  }
  return std::move(reply.response);
}

}  // namespace

void SandboxHttpClient::start(RequestId id, const HttpRequest& request) {
  const auto now = world_.clock.now();
  requests_.push_back({.id = id,
                       .method = request.method,
                       .target = request.target,
                       .body = request.body,
                       .started = now});
  under_way_.push_back({.id = id, .request = request, .started = now});
}

TimePoint SandboxHttpClient::next_moment() const {
  auto next = TimePoint::max();
  if (!under_way_.empty()) next = under_way_.front().started + world_.latency;
  for (const auto& answered : answered_)
    next = std::min(next, answered.at);
  return next;
}

SandboxHttpClient::Answered SandboxHttpClient::answer(const UnderWay& arrived) {
  const auto now = world_.clock.now();
  auto fault = world_.faults.next(arrived.request, now);
  if (!fault && other_fault) fault = other_fault(arrived.request);
  if (fault) ++faults_;
  if (fault && fault->kind == FaultKind::refused) {
    return {.ended = {.id = arrived.id,
                      .result = failed(TransportFailure::not_connected, "connection refused")},
            .at = now};
  }
  const auto handler = [this](const HttpRequest& request, TimePoint when) {
    return world_.api.handle(request, when);
  };
  auto reply = fault ? reply_with_fault(*fault, arrived.request, now, handler)
                     : handler(arrived.request, now);
  const auto replied = now + reply.delay;
  const auto given_up = arrived.started + world_.request_timeout;
  if (replied > given_up) {
    return {.ended = {.id = arrived.id,
                      .result = failed(TransportFailure::timed_out, "no reply in time")},
            .at = std::max(now, given_up)};
  }
  return {.ended = {.id = arrived.id, .result = to_result(std::move(reply))}, .at = replied};
}

void SandboxHttpClient::arrive() {
  const auto now = world_.clock.now();
  while (!under_way_.empty() && under_way_.front().started + world_.latency <= now) {
    const auto arrived = std::move(under_way_.front());
    under_way_.erase(under_way_.begin());
    world_.catch_up();
    if (before_acting) before_acting(arrived.request);
    answered_.push_back(answer(arrived));
    if (world_.after_event) world_.after_event();
    if (after_acting) after_acting(arrived.request);
  }
}

std::vector<EndedRequest> SandboxHttpClient::take_ended() {
  const auto now = world_.clock.now();
  const auto first = std::stable_partition(
      answered_.begin(), answered_.end(), [&](const Answered& a) { return a.at > now; });
  std::stable_sort(
      first, answered_.end(), [](const Answered& a, const Answered& b) { return a.at < b.at; });
  std::vector<EndedRequest> ended;
  for (auto answered = first; answered != answered_.end(); ++answered)
    ended.push_back(std::move(answered->ended));
  answered_.erase(first, answered_.end());
  return ended;
}

std::vector<EndedRequest> SandboxHttpClient::wait(TimePoint until) {
  while (true) {
    const auto next = next_moment();
    if (next > std::max(until, world_.clock.now())) {
      if (until > world_.clock.now()) {
        waits_in_vain_ = 0;
      } else if (++waits_in_vain_ > most_waits_in_vain) {
        throw std::logic_error("waits for no time again and again: it would spin for ever");
      }
      world_.clock.wait_until(until);
      world_.catch_up();
      return {};
    }
    world_.clock.wait_until(next);
    world_.catch_up();
    if (world_.clock.now() < next) return {};
    arrive();
    if (auto ended = take_ended(); !ended.empty()) return ended;
  }
}

}  // namespace scale_fleet
