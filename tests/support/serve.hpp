#pragma once

#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/http/http_server.hpp"
#include "support/catch.hpp"

namespace scale_fleet {

/// A server that listens, on a free port of loopback unless told otherwise.
inline std::unique_ptr<HttpServer> serve(const HttpHandler& handler,
                                         const std::string& address = "127.0.0.1:0",
                                         ServerLimits limits = {},
                                         const std::optional<ServerTls>& tls = {}) {
  auto server = HttpServer::listen(address, handler, limits, tls);
  INFO((server ? "" : server.error().message));
  REQUIRE(server);
  return std::move(*server);
}

}  // namespace scale_fleet
