#include "program/session.hpp"

#include <algorithm>
#include <iostream>

#include "program/console.hpp"
#include "scale_fleet/fleet/http_fleet_api.hpp"
#include "scale_fleet/http/logging_http_client.hpp"

namespace scale_fleet {

Result<std::unique_ptr<Session>> Session::open(const ProgramOptions& options,
                                               const Environment& environment,
                                               Manner manner) {
  std::unique_ptr<Session> session(new Session(options));
  if (auto connected = session->connect(environment, manner); !connected) {
    return tl::unexpected(connected.error());
  }
  for (const auto& warning : options.warnings)
    session->progress_->warn(warning);
  return session;
}

Outcome Session::connect(const Environment& environment, Manner manner) {
  // One that had to wait for a connection would spend the time of its request on it.
  const int connections = std::max(HttpClientSettings{}.connections, manner.parallel);
  progress_ = make_progress(options_, environment);
  lock_parts_.emplace(
      ServiceLocks::Parts{.options = options_,
                          .place = choose_lock_place(environment("SCALE_FLEET_LOCK_DIR")),
                          .clock = clock_,
                          .stop = stop_,
                          .progress = *progress_,
                          .random = [this] { return random_(); },
                          .on_lost = [this] { signals_.wake(); }});
  locks_ = std::make_unique<ServiceLocks>(*lock_parts_);
  stop_.watch([this] { return lost_lease(); });
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
  fleet_ = make_http_fleet_api(
      {.http = *http,
       .clock = clock_,
       .stop = stop_,
       .retry = {.retries = options_.retries},
       .random = [this] { return std::uniform_real_distribution<>()(random_); },
       .on_retry =
           [this, warns = manner.warns_of_repetitions](const std::string& line) {
             warns ? progress_->warn(line) : progress_->detail(line);
           }});
  return {};
}

Outcome Session::lock(const std::vector<std::string>& services, const std::string& command) {
  return locks_->lock(services, command, options_.lock_timeout);
}

ServiceRights& Session::rights_to(const std::vector<DeclaredService>& services,
                                  const std::string& command) {
  rights_ = std::make_unique<PassingLocks>(*lock_parts_, services, command);
  return *rights_;
}

std::optional<Error> Session::lost_lease() const {
  if (auto lost = locks_->lost()) return lost;
  return rights_ ? rights_->lost() : std::nullopt;
}

}  // namespace scale_fleet
