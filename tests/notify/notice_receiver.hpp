#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"
#include "support/serve.hpp"

namespace scale_fleet {

/// One that answers the same each time.
inline std::function<HttpReply(std::size_t)> always(HttpReply reply) {
  return [reply = std::move(reply)](std::size_t) { return reply; };
}

/// One that answers after an hour, which no test waits for.
inline std::function<HttpReply(std::size_t)> hanging() {
  return always({.delay = std::chrono::hours(1)});
}

/// A server on loopback that keeps every request, and answers each as told by its turn (from 0 on).
class NoticeReceiver {
 public:
  using Answer = std::function<HttpReply(std::size_t turn)>;

  explicit NoticeReceiver(Answer answer = [](std::size_t) { return HttpReply{}; })
      : answer_(std::move(answer)),
        server_(serve([this](const HttpRequest& request) { return take(request); })) {}

  std::string url() const { return server_->endpoint(); }

  /// All requests, once there are so many; the test fails where they don't come.
  std::vector<HttpRequest> await(std::size_t count) {
    std::unique_lock guard(mutex_);
    const bool came = changed_.wait_for(
        guard, std::chrono::seconds(40), [&] { return requests_.size() >= count; });
    INFO(requests_.size() << " requests of " << count);
    REQUIRE(came);
    return requests_;
  }

  std::vector<HttpRequest> requests() {
    const std::scoped_lock guard(mutex_);
    return requests_;
  }

 private:
  HttpReply take(const HttpRequest& request) {
    std::size_t turn = 0;
    {
      const std::scoped_lock guard(mutex_);
      turn = requests_.size();
      requests_.push_back(request);
      changed_.notify_all();
    }
    return answer_(turn);
  }

  Answer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> requests_;
  std::unique_ptr<HttpServer> server_;  // Last: its thread ends before what it uses.
};

}  // namespace scale_fleet
