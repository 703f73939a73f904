#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// What is wrong, or right, with a TLS server.
struct TlsServerWish {
  std::string name = "IP:127.0.0.1";           ///< Whom the certificate is for.
  std::string valid_from = "20200101000000Z";  ///< YYYYMMDDHHMMSSZ, both.
  std::string valid_to = "20991231000000Z";
  /// Whose signature it bears: of `ca`, `stranger`, or of the server alone where empty.
  std::string authority = "ca";
  std::vector<std::string> options = {};  ///< More options of `openssl s_server`.
};

/// `openssl s_server` on a free port of this machine, which answers every request with a page of
/// HTML.
class TlsServer {
 public:
  /// Throws where openssl can't be run or doesn't do as it is told.
  explicit TlsServer(const TlsServerWish& wish);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// `https://127.0.0.1:41234`
  const std::string& endpoint() const { return endpoint_; }

  /// The certificate of the authority `ca`.
  std::string ca_file() const { return folder_.path("ca.pem"); }

 private:
  void make_authority(const std::string& name);
  void make_certificate(const TlsServerWish& wish);

  TemporaryFolder folder_;
  std::string endpoint_;
  std::unique_ptr<RunningProgram> openssl_;
};

}  // namespace scale_fleet
