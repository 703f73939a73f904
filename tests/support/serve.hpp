#pragma once

#include <memory>
#include <string>

#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// A server that listens, on a free port of loopback unless told otherwise.
inline std::unique_ptr<HttpServer> serve(const HttpHandler& handler,
                                         const std::string& address = "127.0.0.1:0",
                                         ServerLimits limits = {}) {
  auto server = HttpServer::listen(address, handler, limits);
  INFO((server ? "" : server.error().message));
  REQUIRE(server);
  return std::move(*server);
}

}  // namespace scale_fleet
