#include "program/service_locks.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

std::chrono::sys_seconds this_second() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

Result<std::unique_ptr<EtcdServers>> connect_to_etcd(const std::vector<Endpoint>& members,
                                                     const TlsFiles& tls,
                                                     const Clock& clock) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (const auto& endpoint : members) {
    auto client = make_curl_http_client(
        {.endpoint = endpoint, .tls = tls, .request_timeout = std::chrono::seconds(3)}, clock);
    if (!client) return tl::unexpected(client.error());
    clients.push_back(std::move(*client));
  }
  return std::make_unique<EtcdServers>(std::move(clients));
}

LockPatience ServiceLocks::patience(const std::string& service, Duration limit) {
  return {
      .clock = parts_.clock,
      .stop = parts_.stop,
      .limit = limit,
      .on_waiting = [this, service](const LockHeld& held) {
        parts_.progress.tell(fmt::format("waiting for {}: {} works on it", service, held.holder));
      }};
}

Outcome ServiceLocks::lock(const std::vector<std::string>& services,
                           const std::string& command,
                           Duration limit) {
  // In one order for everybody, so that two scalers of several services never wait for each other.
  auto in_order = services;
  std::ranges::sort(in_order);
  for (const auto& service : in_order) {
    auto locked = lock_service(parts_.place,
                               {.endpoint = parts_.options.endpoint.identity(), .service = service},
                               this_process_as_holder(command, this_second()),
                               patience(service, limit));
    if (!locked) return tl::unexpected(locked.error());
    locks_.push_back(std::move(*locked));
    if (parts_.options.lock_etcd.empty()) continue;
    if (auto leased = lock_in_etcd(service, command, limit); !leased) return leased;
  }
  return {};
}

Outcome ServiceLocks::lock_in_etcd(const std::string& service,
                                   const std::string& command,
                                   Duration limit) {
  auto servers = connect_to_etcd(parts_.options.lock_etcd, parts_.options.tls, parts_.clock);
  if (!servers) return tl::unexpected(servers.error());
  etcd_.push_back(std::move(*servers));
  auto holder = this_process_as_holder(command, this_second());
  holder.token = fmt::format("{:016x}{:016x}", parts_.random(), parts_.random());
  auto lease = wait_for_lease(*etcd_.back(),
                              {.service = service, .holder = std::move(holder)},
                              patience(service + " in etcd", limit));
  if (!lease) return tl::unexpected(lease.error());
  keepers_.push_back(std::make_unique<LeaseKeeper>(std::move(*lease), parts_.on_lost));
  return {};
}

std::optional<Error> ServiceLocks::lost() const {
  for (const auto& keeper : keepers_) {
    if (auto lost = keeper->lost()) return lost;
  }
  return std::nullopt;
}

}  // namespace scale_fleet
