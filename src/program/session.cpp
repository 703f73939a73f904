#include "program/session.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>

#include <fmt/format.h>

#include "program/console.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "scale_fleet/http/logging_http_client.hpp"

namespace scale_fleet {

std::optional<Error> SessionStop::lost_lease() const {
  for (const auto* keeper : keepers_) {
    if (auto lost = keeper->lost()) return lost;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Session>> Session::open(const ProgramOptions& options,
                                               const Environment& environment,
                                               int parallel) {
  std::unique_ptr<Session> session(new Session(options));
  if (auto connected = session->connect(environment, parallel); !connected) {
    return tl::unexpected(connected.error());
  }
  for (const auto& warning : options.warnings)
    session->progress_->warn(warning);
  return session;
}

Outcome Session::connect(const Environment& environment, int parallel) {
  // One that had to wait for a connection would spend the time of its request on it.
  const int connections = std::max(HttpClientSettings{}.connections, parallel);
  lock_place_ = choose_lock_place(environment("SCALE_FLEET_LOCK_DIR"));
  progress_ = make_progress(options_, environment);
  auto curl = make_curl_http_client({.endpoint = options_.endpoint,
                                     .tls = options_.tls,
                                     .request_timeout = options_.request_timeout,
                                     .connections = connections,
                                     .wake = &signals_},
                                    clock_);
  if (!curl) return tl::unexpected(curl.error());
  curl_ = std::move(*curl);
  HttpClient* http = curl_.get();
  if (options_.debug) {
    logging_ = std::make_unique<LoggingHttpClient>(
        *curl_, [](const std::string& line) { std::cerr << line << std::endl; });
    http = logging_.get();
  }
  fleet_ =
      make_http_fleet_api({.http = *http,
                           .clock = clock_,
                           .stop = stop_,
                           .retry = {.retries = options_.retries},
                           .random = [this] { return std::uniform_real_distribution<>()(random_); },
                           .on_retry = [this](const std::string& line) { progress_->warn(line); }});
  return {};
}

LockPatience Session::patience(const std::string& service) {
  return {.clock = clock_,
          .stop = stop_,
          .limit = options_.lock_timeout,
          .on_waiting = [this, service](const LockHeld& held) {
            progress_->tell(fmt::format("waiting for {}: {} works on it", service, held.holder));
          }};
}

Outcome Session::lock(const std::vector<std::string>& services, const std::string& command) {
  // In one order for everybody, so that two scalers of several services never wait for each other.
  auto in_order = services;
  std::ranges::sort(in_order);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (const auto& service : in_order) {
    auto locked = lock_service(lock_place_,
                               {.endpoint = options_.endpoint.identity(), .service = service},
                               this_process_as_holder(command, now),
                               patience(service));
    if (!locked) return tl::unexpected(locked.error());
    locks_.push_back(std::move(*locked));
    if (options_.lock_etcd.empty()) continue;
    if (auto leased = lock_in_etcd(service, command); !leased) return leased;
  }
  return {};
}

Result<std::unique_ptr<EtcdServers>> Session::connect_to_etcd() {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (const auto& endpoint : options_.lock_etcd) {
    auto client = make_curl_http_client(
        {.endpoint = endpoint, .tls = options_.tls, .request_timeout = std::chrono::seconds(3)},
        clock_);
    if (!client) return tl::unexpected(client.error());
    clients.push_back(std::move(*client));
  }
  return std::make_unique<EtcdServers>(std::move(clients));
}

Outcome Session::lock_in_etcd(const std::string& service, const std::string& command) {
  auto servers = connect_to_etcd();
  if (!servers) return tl::unexpected(servers.error());
  etcd_.push_back(std::move(*servers));
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto holder = this_process_as_holder(command, now);
  holder.token = fmt::format("{:016x}{:016x}", random_(), random_());
  auto lease = wait_for_lease(*etcd_.back(),
                              {.service = service, .holder = std::move(holder)},
                              patience(service + " in etcd"));
  if (!lease) return tl::unexpected(lease.error());
  keepers_.push_back(std::make_unique<LeaseKeeper>(std::move(*lease), [this] { signals_.wake(); }));
  stop_.watch(*keepers_.back());
  return {};
}

}  // namespace scale_fleet
