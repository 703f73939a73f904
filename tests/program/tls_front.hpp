#pragma once

#include <memory>
#include <string>

#include "support/certificates.hpp"
#include "support/run_program.hpp"

namespace scale_fleet {

/// nginx on a free port of this machine, before another server: it speaks TLS and wants a client's
/// certificate. Authorities and certificates are made anew.
class TlsFront {
 public:
  /// `behind` is an http:// endpoint. Throws where nginx or openssl can't be run.
  explicit TlsFront(const std::string& behind);
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;
  ~TlsFront();

  /// `127.0.0.1:41234`
  const std::string& address() const { return address_; }

  /// Where a file is: `ca.pem`, `client.pem`, `client.key`; `stranger-ca.pem`, `stranger.pem` and
  /// `stranger.key` are of an authority that nginx doesn't know.
  std::string file(const std::string& name) const { return certificates_.file(name); }

 private:
  Certificates certificates_;
  std::string address_;
  std::unique_ptr<RunningProgram> nginx_;
};

}  // namespace scale_fleet
