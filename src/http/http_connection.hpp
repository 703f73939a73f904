#pragma once

#include <list>
#include <memory>

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

/// What every connection needs to know; outlives them.
struct Serving {
  HttpHandler handler;
  ServerLimits limits;
  std::unique_ptr<boost::asio::ssl::context> tls = nullptr;  ///< Null: plain HTTP.
  /// The longest so at the front.
  std::list<Dispensable*> dispensable = {};
};

/// Serves a connection on its socket's executor until it ends; `slot` is given back then.
void serve_connection(AnySocket socket, Serving& serving, std::shared_ptr<void> slot);

}  // namespace scale_fleet
