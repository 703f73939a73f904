#include "scale_fleet/etcd/etcd_servers.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

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

/// What no error message may repeat: user and password.
std::string without_credentials(std::string_view url) {
  const auto at = url.rfind('@');
  const auto start = url.find("://");
  if (at == std::string_view::npos || start == std::string_view::npos) return printable(url);
  return printable(fmt::format("{}://***{}", url.substr(0, start), url.substr(at)));
}

Outcome check_url(std::string_view url) {
  const auto refuse = [&](std::string_view why) {
    return failure(ErrorKind::usage,
                   fmt::format("cannot use '{}' as etcd's address: {}; give for example "
                               "http://127.0.0.1:2379",
                               without_credentials(url),
                               why));
  };
  const auto scheme = url.substr(0, std::min(url.find("://"), url.size()));
  if (scheme != "http" && scheme != "https")
    return refuse(
        "it begins with neither http:// nor "
        "https://");
  const auto rest = url.substr(scheme.size() + 3);
  if (rest.empty()) return refuse("it names no host");
  if (rest.find_first_of("/?#") != std::string_view::npos) return refuse("it has a path");
  return {};
}

}  // namespace

Result<std::vector<std::string>> parse_etcd_urls(std::string_view text) {
  std::vector<std::string> urls;
  while (true) {
    const auto comma = text.find(',');
    auto url = text.substr(0, comma);
    if (url.ends_with('/') && !url.ends_with("//")) url.remove_suffix(1);
    if (const auto checked = check_url(url); !checked) return tl::unexpected(checked.error());
    urls.emplace_back(url);
    if (comma == std::string_view::npos) return urls;
    text.remove_prefix(comma + 1);
  }
}

EtcdServers::EtcdServers(std::vector<std::unique_ptr<HttpClient>> clients)
    : clients_(std::move(clients)) {
  if (clients_.empty()) throw std::invalid_argument("an etcd cluster without members");
}

HttpResult EtcdServers::ask(const HttpRequest& request, const Clock& clock, TimePoint until) {
  TransportError all{.failure = TransportFailure::not_connected, .message = {}};
  for (std::size_t tried = 0; tried < clients_.size(); ++tried) {
    auto& client = *clients_[current_];
    auto result = ask_one(client, request, clock, until);
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
                                TimePoint until) {
  const auto id = ++last_id_;
  client.start(id, request);
  do {
    for (auto& ended : client.wait(until)) {
      // One with another number was given up earlier, at its `until`.
      if (ended.id == id) return std::move(ended.result);
    }
  } while (clock.now() < until);
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
