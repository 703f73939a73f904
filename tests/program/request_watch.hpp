#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// What a test does at the requests to a server, on the server's thread: it serves nothing else
/// until that returns. The turns of the requests are counted from 1.
struct RequestWatch {
  /// The request is here and nothing was done; false: it is lost, and its connection closed.
  std::function<bool(std::size_t turn)> on_arrival = [](std::size_t) { return true; };
  /// It was acted upon and is not yet answered.
  std::function<void(std::size_t turn)> on_acted = [](std::size_t) {};
};

/// A handler of requests that a test may watch.
class WatchedHandler {
 public:
  explicit WatchedHandler(HttpHandler handler) : handler_(std::move(handler)) {}

  /// Of the requests that come from now on: the next one is the first.
  void set(RequestWatch watch) {
    const std::lock_guard guard(mutex_);
    watch_ = std::move(watch);
    turns_ = 0;
  }

  HttpReply handle(const HttpRequest& request) {
    const auto [watch, turn] = next();
    if (!watch.on_arrival(turn)) return {.response = {}, .delivery = Delivery::closed};
    auto reply = handler_(request);
    watch.on_acted(turn);
    return reply;
  }

 private:
  std::pair<RequestWatch, std::size_t> next() {
    const std::lock_guard guard(mutex_);
    return {watch_, ++turns_};
  }

  HttpHandler handler_;
  std::mutex mutex_;
  RequestWatch watch_;
  std::size_t turns_ = 0;
};

/// Holds one request back at its arrival while `action` runs. No assertions in it: it runs on the
/// server's thread.
inline RequestWatch at_arrival(std::size_t turn, std::function<void()> action) {
  return {.on_arrival = [turn, action = std::move(action)](std::size_t now) {
    if (now == turn) action();
    return true;
  }};
}

}  // namespace scale_fleet
