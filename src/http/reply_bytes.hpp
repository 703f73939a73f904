#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// What of a request decides how its reply may look.
struct Requester {
  bool speaks_1_1 = true;  ///< Else HTTP/1.0, which knows no chunks.
  bool keeps_alive = true;
  bool asked_head = false;
};

enum class Afterwards {
  keep,   ///< The connection takes the next request.
  close,  ///< FIN once the bytes are out.
  reset,  ///< RST.
};

struct ReplyBytes {
  std::string bytes;
  Afterwards afterwards = Afterwards::keep;
};

/// A reply as it goes over the wire. How long the body is and whether the connection stays is said
/// here: the handler's own Content-Length, Transfer-Encoding and Connection are left out. So is the
/// Content-Type of an empty body, as Go's net/http does. Bodies over 2048 bytes go chunked to
/// whoever knows chunks (Go's buffer of that size decides it in Fleet). Control characters in
/// headers become spaces: nobody can smuggle a line in.
ReplyBytes reply_bytes(const HttpReply& reply, const Requester& requester);

/// Path and query of a request's target: a proxy's form, `http://host/path`, loses its front.
std::string origin_form(std::string_view target);

}  // namespace scale_fleet
