#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "scale_fleet/core/result.hpp"
#include "scale_fleet/http/http_message.hpp"

namespace scale_fleet {

/// How a reply leaves the server. All but `whole` are faults, for the sandbox.
enum class Delivery {
  whole,
  closed,   ///< The connection ends (FIN) with no reply.
  reset,    ///< The connection is reset (RST) with no reply.
  cut,      ///< The headers announce the whole body; half of it comes, then the end.
            ///< Without a body, half of the headers.
  garbage,  ///< Bytes that aren't HTTP, then the end.
};

struct HttpReply {
  HttpResponse response;
  Delivery delivery = Delivery::whole;
  std::chrono::milliseconds delay{0};  ///< Before anything is sent.
};

/// Called for each request, one at a time, on the server's thread, where no signal arrives. One
/// that throws costs its request a 500; the server goes on.
using HttpHandler = std::function<HttpReply(const HttpRequest&)>;

/// Takes the reply to one request: callable on any thread, also when the server has gone. Whether
/// it goes out; false where another one has gone before: the client was told to try again.
using HttpReplier = std::function<bool(HttpReply)>;

/// Like HttpHandler, but the reply may come later. Where none came within the limit `idle`, the
/// client is told that trying again may help (503).
using LaterHttpHandler = std::function<void(const HttpRequest&, HttpReplier)>;

struct ServerLimits {
  std::size_t header_bytes = 64UL * 1024;
  std::size_t body_bytes = 4UL * 1024 * 1024;
  /// A connection without a whole request for so long is closed, however its bytes trickle; of TLS
  /// the handshake has as long.
  std::chrono::seconds idle{30};
  /// Open ones, so that others have file descriptors left. A further one takes the place of the
  /// one that has waited longest without a whole request: who says nothing keeps nobody out. Where
  /// all are being answered it is closed unanswered.
  std::size_t connections = 1024;
  /// What a refusal of the server's own looks like; empty: its words as plain text.
  std::function<HttpResponse(int status, const std::string& words)> refusal = {};
};

/// Files in PEM form for a server that speaks TLS, 1.2 at least.
struct ServerTls {
  std::filesystem::path certificate;  ///< With those that it is signed by behind it.
  std::filesystem::path key;          ///< Without a passphrase.
  /// Authorities; a client without a certificate of theirs gets no answer. Empty: anybody may ask.
  std::optional<std::filesystem::path> client_ca = {};
};

/// An HTTP/1.1 server on one address, with keep-alive, serving on one thread of its own.
class HttpServer {
 public:
  /// Listens on `address`: `127.0.0.1:0` (port 0 picks a free one), `[::1]:8080`,
  /// `localhost:8080` (127.0.0.1) or `unix:///path/to.sock` (an old socket file that nobody listens
  /// on is replaced; ours is removed at the end), and serves until destroyed. A request over the
  /// limits is answered 413 or 431, one that isn't HTTP 400, and its connection ended. A bad
  /// address is a usage error, and so are TLS files that can't be read, hold nothing of their kind
  /// or don't fit each other, and TLS on a unix socket; else the error names the address and what
  /// the system said.
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address,
                                                    HttpHandler handler,
                                                    ServerLimits limits = {},
                                                    const std::optional<ServerTls>& tls = {});

  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address,
                                                    LaterHttpHandler handler,
                                                    ServerLimits limits = {},
                                                    const std::optional<ServerTls>& tls = {});

  HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Closes every connection and waits for the thread.
  virtual ~HttpServer() = default;

  /// Where it listens, as a client's --endpoint: `http://127.0.0.1:41234`, `https://…`
  /// with TLS, `unix:///path/to.sock`.
  virtual std::string endpoint() const = 0;
};

}  // namespace scale_fleet
