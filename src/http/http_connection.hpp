#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// TCP and unix sockets alike.
using AnySocket = boost::asio::generic::stream_protocol::socket;

/// A connection that nothing is owed: it hasn't sent a whole request, or has had its last reply.
class Dispensable {
 public:
  Dispensable() = default;
  Dispensable(const Dispensable&) = delete;
  Dispensable& operator=(const Dispensable&) = delete;
  virtual ~Dispensable() = default;

  /// Closes its socket at once.
  virtual void drop() = 0;
};

/// A connection whose request is being thought about.
class Waiting {
 public:
  Waiting() = default;
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  virtual ~Waiting() = default;

  virtual void reply(const HttpReply& reply) = 0;
};

/// Brings replies from other threads to the server's, as long as there is one.
class ReplyGate {
 public:
  explicit ReplyGate(std::function<void(std::uint64_t, HttpReply)> post) : post_(std::move(post)) {}

  /// False where there is no server any more.
  bool pass(std::uint64_t request, HttpReply reply) {
    const std::scoped_lock lock(mutex_);
    if (post_) post_(request, std::move(reply));
    return post_ != nullptr;
  }

  void close() {
    const std::scoped_lock lock(mutex_);
    post_ = nullptr;
  }

 private:
  std::mutex mutex_;
  std::function<void(std::uint64_t, HttpReply)> post_;
};

/// What every connection needs to know; outlives them.
struct Serving {
  HttpHandler handler;  ///< One of these two.
  LaterHttpHandler later = {};
  ServerLimits limits;
  std::unique_ptr<boost::asio::ssl::context> tls = nullptr;  ///< Null: plain HTTP.
  /// The longest so at the front.
  std::list<Dispensable*> dispensable = {};
  std::shared_ptr<ReplyGate> gate = nullptr;
  std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting = {};
  std::uint64_t last_request = 0;
};

/// Serves a connection on its socket's executor until it ends; `slot` is given back then.
void serve_connection(AnySocket socket, Serving& serving, std::shared_ptr<void> slot);

}  // namespace scale_fleet
