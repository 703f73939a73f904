#include "support/certificates.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/run_program.hpp"

namespace scale_fleet {
namespace {

using Arguments = std::vector<std::string>;

/// Of openssl, for the certificate that is made next.
constexpr auto configuration = R"([req]
distinguished_name = any
[ca]
default_ca = signing
[signing]
database = {0}/index
serial = {0}/serial
new_certs_dir = {0}
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[certificate]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = {1}
subjectAltName = {2}
)";

void run_openssl(Arguments arguments) {
  const auto end = run_program({.file = openssl_program, .arguments = std::move(arguments)});
  if (end.exit_code != 0) throw std::runtime_error("openssl: " + end.err);
}

Arguments operator+(Arguments left, const Arguments& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace

Certificates::Certificates() {
  folder_.write("index", "");
  folder_.write("serial", "01\n");
}

void Certificates::make_authority(const std::string& name) {
  const auto settings =
      folder_
          .write("openssl.cnf",
                 fmt::format(fmt::runtime(configuration), folder_.path().string(), "", ""))
          .string();
  run_openssl(Arguments{"req", "-config", settings, "-x509", "-noenc", "-newkey", "ec"} +
              Arguments{"-pkeyopt", "ec_paramgen_curve:P-256", "-extensions", "authority"} +
              Arguments{"-subj", "/CN=" + name} +
              Arguments{"-keyout", file(name + ".key"), "-out", file(name + ".pem")});
}

void Certificates::make(const CertificateWish& wish) {
  const auto settings =
      folder_
          .write("openssl.cnf",
                 fmt::format(
                     fmt::runtime(configuration), folder_.path().string(), wish.use, wish.address))
          .string();
  const auto request = file(wish.name + ".csr");
  run_openssl(Arguments{"req", "-config", settings, "-new", "-noenc", "-newkey", "ec"} +
              Arguments{"-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=" + wish.name} +
              Arguments{"-keyout", file(wish.name + ".key"), "-out", request});
  const auto signer = wish.authority.empty() ? wish.name : wish.authority;
  const auto signature =
      wish.authority.empty() ? Arguments{"-selfsign"} : Arguments{"-cert", file(signer + ".pem")};
  run_openssl(
      Arguments{"ca", "-batch", "-notext", "-config", settings, "-extensions", "certificate"} +
      Arguments{"-startdate", wish.valid_from, "-enddate", wish.valid_to} +
      Arguments{"-in", request, "-out", file(wish.name + ".pem")} +
      Arguments{"-keyfile", file(signer + ".key")} + signature);
}

}  // namespace scale_fleet
