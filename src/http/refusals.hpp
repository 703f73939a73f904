#pragma once

#include <optional>

#include <boost/system/error_code.hpp>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

// What the server answers without its handler, in plain words.

/// The handler threw; what the exception says may be nobody else's business.
HttpReply internal_error();

/// Nobody answered within the limit.
HttpReply too_late(const ServerLimits& limits);

/// For a request that couldn't be read; none where there is nobody left to answer.
std::optional<HttpReply> refusal_for(const boost::system::error_code& error,
                                     const ServerLimits& limits);

}  // namespace scale_fleet
