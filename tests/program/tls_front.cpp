#include "program/tls_front.hpp"

#include <signal.h>

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "program/program_world.hpp"

namespace scale_fleet {
namespace {

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

std::string find_nginx() {
  for (const std::string folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/usr/local/sbin/"}) {
    if (std::filesystem::exists(folder + "nginx")) return folder + "nginx";
  }
  throw std::runtime_error("nginx is not installed");
}

/// An address that was free a moment ago.
std::string free_address() {
  const auto endpoint = FleetServer().endpoint();
  return endpoint.substr(endpoint.find("//") + 2);
}

}  // namespace

TlsFront::TlsFront(const std::string& behind) : address_(free_address()) {
  certificates_.make_authority("ca");
  certificates_.make_authority("stranger-ca");
  certificates_.make({.name = "server"});
  certificates_.make({.name = "client", .use = "clientAuth"});
  certificates_.make({.name = "stranger", .use = "clientAuth", .authority = "stranger-ca"});
  const auto& folder = certificates_.folder();
  const auto configuration = folder.write(
      "nginx.conf",
      fmt::format(fmt::runtime(nginx_configuration), folder.path().string(), address_, behind));
  nginx_ = std::make_unique<RunningProgram>(ProgramCall{
      .file = find_nginx(), .arguments = {"-c", configuration.string(), "-e", "stderr"}});
  // Said when the address is listened on already.
  if (!nginx_->wait_for_err("event method")) {
    throw std::runtime_error("nginx did not start: " + nginx_->wait().err);
  }
}

TlsFront::~TlsFront() {
  nginx_->send(SIGTERM);
  nginx_->wait();
}

}  // namespace scale_fleet
