#include "program/tls_server.hpp"

#include <signal.h>

#include <stdexcept>

namespace scale_fleet {

TlsServer::TlsServer(const CertificateWish& wish, const std::vector<std::string>& options) {
  certificates_.make_authority("ca");
  certificates_.make_authority("stranger");
  certificates_.make(wish);
  std::vector<std::string> arguments{"s_server",
                                     "-accept",
                                     "127.0.0.1:0",
                                     "-www",
                                     "-cert",
                                     certificates_.file(wish.name + ".pem"),
                                     "-key",
                                     certificates_.file(wish.name + ".key")};
  arguments.insert(arguments.end(), options.begin(), options.end());
  openssl_ = std::make_unique<RunningProgram>(
      ProgramCall{.file = openssl_program, .arguments = arguments});
  const auto address = openssl_->wait_for_out_line("ACCEPT ");
  if (!address) throw std::runtime_error("openssl did not start: " + openssl_->wait().err);
  endpoint_ = "https://" + *address;
}

TlsServer::~TlsServer() {
  openssl_->send(SIGTERM);
  openssl_->wait();
}

}  // namespace scale_fleet
