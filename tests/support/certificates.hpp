#pragma once

#include <string>

#include "support/temporary_folder.hpp"

namespace scale_fleet {

/// A certificate to be made, and what may be wrong with it.
struct CertificateWish {
  std::string name = "server";                 ///< Of its files.
  std::string use = "serverAuth";              ///< As extendedKeyUsage has it.
  std::string address = "IP:127.0.0.1";        ///< Whom it is for.
  std::string valid_from = "20200101000000Z";  ///< YYYYMMDDHHMMSSZ, both.
  std::string valid_to = "20991231000000Z";
  /// Whose signature it bears; its own alone where empty.
  std::string authority = "ca";
};

/// Authorities and certificates, made anew with openssl, in a folder that goes with it. Everything
/// throws where openssl can't be run or doesn't do as it is told.
class Certificates {
 public:
  Certificates();

  void make_authority(const std::string& name);
  void make(const CertificateWish& wish);

  /// `NAME.pem` is the certificate, `NAME.key` the key of an authority or of a wish.
  std::string file(const std::string& name) const { return folder_.path(name); }

  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
};

/// Where openssl is.
inline constexpr auto openssl_program = "/usr/bin/openssl";

}  // namespace scale_fleet
