#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/run_program.hpp"

namespace scale_fleet {

/// `openssl s_server` on a free port of this machine, which answers every request with a page of
/// HTML.
class TlsServer {
 public:
  /// With such a certificate, signed by the authority `ca`, by `stranger` or by itself, and more
  /// options of s_server. Throws where openssl can't be run or doesn't do as it is told.
  explicit TlsServer(const CertificateWish& wish, const std::vector<std::string>& options = {});
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// `https://127.0.0.1:41234`
  const std::string& endpoint() const { return endpoint_; }

  /// The certificate of the authority `ca`.
  std::string ca_file() const { return certificates_.file("ca.pem"); }

 private:
  Certificates certificates_;
  std::string endpoint_;
  std::unique_ptr<RunningProgram> openssl_;
};

}  // namespace scale_fleet
