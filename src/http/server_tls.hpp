#pragma once

#include <memory>

#include <boost/asio/ssl/context.hpp>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// What a TLS server needs. Sessions aren't resumed: each connection shows its certificate anew.
/// Errors are those of HttpServer::listen(), and name the file.
Result<std::unique_ptr<boost::asio::ssl::context>> make_server_tls(const ServerTls& files);

}  // namespace scale_fleet
