#include "scale_fleet/etcd/etcd_servers.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

bool nothing_was_sent(TransportFailure failure) {
  switch (failure) {
    case TransportFailure::not_connected:
    case TransportFailure::not_resolved:
    case TransportFailure::not_trusted:
      return true;
    case TransportFailure::timed_out:
    case TransportFailure::broken_off:
    case TransportFailure::unreadable:
      return false;
  }
  return false;
}

}  // namespace

Result<std::vector<Endpoint>> parse_etcd_endpoints(std::string_view text) {
  std::vector<Endpoint> endpoints;
  while (true) {
    const auto comma = text.find(',');
    auto endpoint = Endpoint::parse(text.substr(0, comma));
    if (!endpoint) {
      return failure(ErrorKind::usage, "cannot use etcd's addresses: " + endpoint.error().message);
    }
    endpoints.push_back(std::move(*endpoint));
    if (comma == std::string_view::npos) return endpoints;
    text.remove_prefix(comma + 1);
  }
}

EtcdServers::EtcdServers(std::vector<std::unique_ptr<HttpClient>> clients)
    : clients_(std::move(clients)) {
  if (clients_.empty()) throw std::invalid_argument("an etcd cluster without members");
}

HttpResult EtcdServers::ask(const HttpRequest& request,
                            const Clock& clock,
                            TimePoint until,
                            const std::stop_token& stop) {
  TransportError all{.failure = TransportFailure::not_connected, .message = {}};
  for (std::size_t tried = 0; tried < clients_.size(); ++tried) {
    auto& client = *clients_[current_];
    auto result = ask_one(client, request, clock, until, stop);
    const bool answered = result && result->status < 500;
    if (answered) return result;
    current_ = (current_ + 1) % clients_.size();  // Be it now or the next time: ask another one.
    if (result || !nothing_was_sent(result.error().failure)) return result;
    if (!all.message.empty()) all.message += "; ";
    all.message += fmt::format("{}: {}", client.display_endpoint(), result.error().message);
  }
  return tl::unexpected(std::move(all));
}

HttpResult EtcdServers::ask_one(HttpClient& client,
                                const HttpRequest& request,
                                const Clock& clock,
                                TimePoint until,
                                const std::stop_token& stop) {
  const std::stop_callback waker(stop, [&client] { client.wake(); });
  const auto id = ++last_id_;
  client.start(id, request);
  do {
    for (auto& ended : client.wait(until)) {
      // One with another number was given up earlier, at its `until`.
      if (ended.id == id) return std::move(ended.result);
    }
  } while (clock.now() < until && !stop.stop_requested());
  return tl::unexpected(
      TransportError{.failure = TransportFailure::timed_out, .message = "no reply in time"});
}

std::string EtcdServers::display_endpoints() const {
  std::string text;
  for (const auto& client : clients_) {
    if (!text.empty()) text += ", ";
    text += client->display_endpoint();
  }
  return text;
}

}  // namespace scale_fleet
