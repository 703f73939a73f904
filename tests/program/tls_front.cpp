#include "program/tls_front.hpp"

#include <signal.h>

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "program/program_world.hpp"

namespace scale_fleet {
namespace {

constexpr auto openssl_configuration = R"([req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[server]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
[client]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = clientAuth
)";

/// One process, which logs to stderr; all that it writes is in the folder.
constexpr auto nginx_configuration = R"(daemon off;
master_process off;
pid {0}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  server {{
    listen {1} ssl;
    ssl_certificate {0}/server.pem;
    ssl_certificate_key {0}/server.key;
    ssl_client_certificate {0}/ca.pem;
    ssl_verify_client on;
    location / {{ proxy_pass {2}; }}
  }}
}}
)";

std::string find_program(const std::string& name) {
  for (const std::string folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/usr/local/sbin/"}) {
    if (std::filesystem::exists(folder + name)) return folder + name;
  }
  throw std::runtime_error(name + " is not installed");
}

/// An address that was free a moment ago.
std::string free_address() {
  const auto endpoint = FleetServer().endpoint();
  return endpoint.substr(endpoint.find("//") + 2);
}

}  // namespace

TlsFront::TlsFront(const std::string& behind) : address_(free_address()) {
  folder_.write("openssl.cnf", openssl_configuration);
  make_authority("ca");
  make_authority("stranger-ca");
  make_certificate("server", "ca", "server");
  make_certificate("client", "ca", "client");
  make_certificate("stranger", "stranger-ca", "client");
  const auto configuration = folder_.write(
      "nginx.conf",
      fmt::format(fmt::runtime(nginx_configuration), folder_.path().string(), address_, behind));
  nginx_ = std::make_unique<RunningProgram>(ProgramCall{
      .file = find_program("nginx"), .arguments = {"-c", configuration.string(), "-e", "stderr"}});
  // Said when the address is listened on already.
  if (!nginx_->wait_for_err("event method")) {
    throw std::runtime_error("nginx did not start: " + nginx_->wait().err);
  }
}

TlsFront::~TlsFront() {
  nginx_->send(SIGTERM);
  nginx_->wait();
}

void TlsFront::make_authority(const std::string& name) {
  run_openssl({"-extensions",
               "authority",
               "-subj",
               "/CN=" + name,
               "-keyout",
               file(name + ".key"),
               "-out",
               file(name + ".pem")});
}

void TlsFront::make_certificate(const std::string& name,
                                const std::string& authority,
                                const std::string& use) {
  run_openssl({"-extensions",
               use,
               "-subj",
               "/CN=" + name,
               "-CA",
               file(authority + ".pem"),
               "-CAkey",
               file(authority + ".key"),
               "-keyout",
               file(name + ".key"),
               "-out",
               file(name + ".pem")});
}

void TlsFront::run_openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"req",
                    "-config",
                    file("openssl.cnf"),
                    "-x509",
                    "-days",
                    "1",
                    "-noenc",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256"});
  const auto end = run_program({.file = find_program("openssl"), .arguments = arguments});
  if (end.exit_code != 0) throw std::runtime_error("openssl: " + end.err);
}

}  // namespace scale_fleet
