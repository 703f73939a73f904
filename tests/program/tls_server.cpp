#include "program/tls_server.hpp"

#include <signal.h>

#include <stdexcept>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr auto openssl = "/usr/bin/openssl";

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
[authority]
basicConstraints = critical,CA:TRUE
[server]
subjectAltName = {1}
)";

void run_openssl(std::vector<std::string> arguments) {
  const auto end = run_program({.file = openssl, .arguments = std::move(arguments)});
  if (end.exit_code != 0) throw std::runtime_error("openssl: " + end.err);
}

}  // namespace

TlsServer::TlsServer(const TlsServerWish& wish) {
  folder_.write("openssl.cnf",
                fmt::format(fmt::runtime(configuration), folder_.path().string(), wish.name));
  folder_.write("index", "");
  folder_.write("serial", "01\n");
  make_authority("ca");
  make_authority("stranger");
  make_certificate(wish);
  std::vector<std::string> arguments{"s_server",
                                     "-accept",
                                     "127.0.0.1:0",
                                     "-www",
                                     "-cert",
                                     folder_.path("server.pem"),
                                     "-key",
                                     folder_.path("server.key")};
  arguments.insert(arguments.end(), wish.options.begin(), wish.options.end());
  openssl_ = std::make_unique<RunningProgram>(ProgramCall{.file = openssl, .arguments = arguments});
  const auto address = openssl_->wait_for_out_line("ACCEPT ");
  if (!address) throw std::runtime_error("openssl did not start: " + openssl_->wait().err);
  endpoint_ = "https://" + *address;
}

TlsServer::~TlsServer() {
  openssl_->send(SIGTERM);
  openssl_->wait();
}

void TlsServer::make_authority(const std::string& name) {
  run_openssl({"req",
               "-config",
               folder_.path("openssl.cnf"),
               "-x509",
               "-noenc",
               "-newkey",
               "ec",
               "-pkeyopt",
               "ec_paramgen_curve:P-256",
               "-extensions",
               "authority",
               "-subj",
               "/CN=" + name,
               "-keyout",
               folder_.path(name + ".key"),
               "-out",
               folder_.path(name + ".pem")});
}

void TlsServer::make_certificate(const TlsServerWish& wish) {
  const auto settings = folder_.path("openssl.cnf");
  run_openssl({"req",
               "-config",
               settings,
               "-new",
               "-noenc",
               "-newkey",
               "ec",
               "-pkeyopt",
               "ec_paramgen_curve:P-256",
               "-subj",
               "/CN=server",
               "-keyout",
               folder_.path("server.key"),
               "-out",
               folder_.path("server.csr")});
  std::vector<std::string> arguments{"ca",
                                     "-batch",
                                     "-notext",
                                     "-config",
                                     settings,
                                     "-extensions",
                                     "server",
                                     "-startdate",
                                     wish.valid_from,
                                     "-enddate",
                                     wish.valid_to,
                                     "-in",
                                     folder_.path("server.csr"),
                                     "-out",
                                     folder_.path("server.pem")};
  const auto signer = wish.authority.empty() ? "server" : wish.authority;
  arguments.insert(arguments.end(), {"-keyfile", folder_.path(signer + ".key")});
  if (wish.authority.empty()) {
    arguments.emplace_back("-selfsign");
  } else {
    arguments.insert(arguments.end(), {"-cert", folder_.path(signer + ".pem")});
  }
  run_openssl(std::move(arguments));
}

}  // namespace scale_fleet
