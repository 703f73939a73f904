#include "program/daemon_doors.hpp"

#include <fmt/format.h>

#include "scale_fleet/daemon/endpoints.hpp"
#include "scale_fleet/notify/notice.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

/// Whoever looks in is somebody's monitoring; the loop needs file descriptors too.
const ServerLimits limits_of_doors{.header_bytes = 16UL * 1024,
                                   .body_bytes = longest_api_body,
                                   .idle = std::chrono::seconds(10),
                                   .connections = 64};
/// Where nothing can be asked for, nothing has to be read.
constexpr std::size_t longest_body_of_looking_in = 16UL * 1024;

std::optional<ServerTls> server_tls(const ApiAccess& api) {
  if (!api.certificate || !api.key) return std::nullopt;
  return ServerTls{.certificate = *api.certificate, .key = *api.key, .client_ca = api.client_ca};
}

}  // namespace

Outcome DaemonDoors::open_desks() {
  const auto& file = parts_.file;
  if (!file.api.is_on) return {};
  auto services = open_state(file, parts_.tls, parts_.clock);
  if (!services) return tl::unexpected(services.error());
  auto nodes = open_state(file, parts_.tls, parts_.clock);
  if (!nodes) return tl::unexpected(nodes.error());
  services_state_ = std::move(*services);
  nodes_state_ = std::move(*nodes);
  services_.emplace(*services_state_.store, parts_.wake);
  nodes_.emplace(*nodes_state_.store, parts_.wake, node_demands_shelf);
  services_clerk_ = std::make_unique<DemandClerk>(*services_);
  nodes_clerk_ = std::make_unique<DemandClerk>(*nodes_);
  return {};
}

Result<LaterHttpHandler> DaemonDoors::make_handler() {
  const auto& api = parts_.file.api;
  std::optional<BearerToken> token;
  if (api.token_file) {
    auto read = read_bearer_token(*api.token_file);
    if (!read) return tl::unexpected(read.error());
    token = *read;
  }
  return make_api({.board = parts_.board,
                   .now = system_wall_time,
                   .services = *services_,
                   .nodes = *nodes_,
                   .reschedule = parts_.reschedule,
                   .new_id =
                       [this] {
                         const std::scoped_lock lock(random_mutex_);
                         return event_id(system_wall_time(), static_cast<std::uint32_t>(random_()));
                       },
                   .token = token,
                   .prefix = api.prefix,
                   .counts = &counts_,
                   .on_bad_request = parts_.on_bad_request,
                   .on_bound = parts_.on_bound});
}

Outcome DaemonDoors::listen(const std::string& address) {
  const auto& file = parts_.file;
  if (file.api.is_on && lets_strangers_in(file, address)) {
    return failure(ErrorKind::usage,
                   fmt::format("whoever reaches {} could change counts: api: in the file says who "
                               "may",
                               address));
  }
  auto limits = limits_of_doors;
  const auto tls = server_tls(file.api);
  Result<std::unique_ptr<HttpServer>> server = nullptr;
  if (services_) {
    limits.refusal = [](int status, const std::string& words) {
      return api_reply(status, words).response;
    };
    auto handler = make_handler();
    if (!handler) return tl::unexpected(handler.error());
    server = HttpServer::listen(address, *std::move(handler), limits, tls);
  } else {
    limits.body_bytes = longest_body_of_looking_in;
    server =
        HttpServer::listen(address, daemon_endpoints(parts_.board, system_wall_time), limits, tls);
  }
  if (!server) return tl::unexpected(server.error());
  server_ = std::move(*server);
  parts_.progress.tell(fmt::format("listening on {}", server_->endpoint()));
  return {};
}

}  // namespace scale_fleet
