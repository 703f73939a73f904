#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/raw_connection.hpp"

namespace scale_fleet {

/// What a TLS client shows and speaks.
struct TlsClient {
  std::optional<std::string> certificate = {};  ///< PEM files, both or none.
  std::optional<std::string> key = {};
  int newest = TLS1_3_VERSION;
};

/// A client over TLS that trusts everybody and takes every cipher, with the waits of RawConnection.
class TlsConnection {
 public:
  explicit TlsConnection(const std::string& endpoint, const TlsClient& client = {});

  /// Whether its side of the handshake was finished; in TLS 1.3 the server's may yet fail.
  bool is_open() const { return is_open_; }

  void send(std::string_view bytes);
  /// All that comes until the server ends it.
  std::string read_to_end();

  /// Whether the server said that it had no more to say, as TLS wants it.
  bool ended_cleanly() const { return ended_cleanly_; }

 private:
  RawConnection raw_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool is_open_ = false;
  bool ended_cleanly_ = false;
};

}  // namespace scale_fleet
