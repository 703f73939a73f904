#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/http/http_server.hpp"
#include "scale_fleet/http/request_target.hpp"

namespace scale_fleet {

/// 200 with a JSON document.
HttpReply json_reply(std::string body);
/// Fleet's error object, whose code is the status.
HttpReply error_reply(int status, std::string_view message);
/// 201 or 204: no body, no content type.
HttpReply empty_reply(int status);
/// What Go's server says of a path that isn't clean: 301 to the clean one, with a page of HTML for
/// those who can read.
HttpReply moved_reply(const RequestTarget& target, std::string_view method);
/// The answer of a handler that panics: none.
HttpReply panic_reply();

}  // namespace scale_fleet
