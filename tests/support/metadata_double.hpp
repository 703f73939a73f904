#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "scale_fleet/http/http_server.hpp"

namespace scale_fleet {

/// What the double says, and what it was asked.
struct MetadataState {
  std::string role = "scaler";
  std::string credentials;  ///< JSON.
  std::string region = "eu-west-1";
  int token_status = 200;
  std::vector<std::string> asked;  ///< `GET /latest/…`
};

/// The Instance Metadata Service of a machine in EC2, in its version 2, on a free port: whoever has
/// no token, or another, is refused.
class MetadataDouble {
 public:
  MetadataDouble() {
    auto server = HttpServer::listen(
        "127.0.0.1:0", [this](const HttpRequest& request) { return answer(request); });
    if (!server) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }

  std::string endpoint() const { return server_->endpoint(); }

  template <typename Look>
  auto with(Look look) {
    const std::scoped_lock lock(mutex_);
    return look(state_);
  }

 private:
  static HttpReply say(int status, std::string body) {
    HttpReply reply;
    reply.response = {.status = status, .body = std::move(body)};
    return reply;
  }

  static std::string header(const HttpRequest& request, std::string_view name) {
    const HttpResponse same{.headers = request.headers};
    return std::string(same.header(name));
  }

  HttpReply answer(const HttpRequest& request) {
    const std::scoped_lock lock(mutex_);
    state_.asked.push_back(request.method + " " + request.target);
    if (request.method == "PUT" && request.target == "/latest/api/token") {
      const auto lasts = header(request, "x-aws-ec2-metadata-token-ttl-seconds");
      if (lasts != "21600") return say(400, "");
      return say(state_.token_status, state_.token_status == 200 ? "a-token==" : "");
    }
    if (header(request, "x-aws-ec2-metadata-token") != "a-token==") return say(401, "");
    const std::string roles = "/latest/meta-data/iam/security-credentials/";
    if (request.target == roles) return say(200, state_.role);
    if (request.target == roles + state_.role) return say(200, state_.credentials);
    if (request.target == "/latest/meta-data/placement/region") return say(200, state_.region);
    return say(404, "");
  }

  std::mutex mutex_;
  MetadataState state_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace scale_fleet
