#include "program/etcd_front.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "scale_fleet/http/curl_http_client.hpp"

namespace scale_fleet {
namespace {

/// The client's own waits end with its requests; nobody else waits on this.
class SteadyClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }

  void wait_until(TimePoint /*until*/) override {}
} clock;

std::string with_other_ttl(std::string form) {
  const std::string key = "ttl=";
  const auto start = form.find(key);
  if (start == std::string::npos) return form;
  const auto value = start + key.size();
  return form.replace(value,
                      std::min(form.find('&', value), form.size()) - value,
                      fmt::format("{}", EtcdFront::ttl.count()));
}

}  // namespace

EtcdFront::EtcdFront(const std::string& behind)
    : etcd_(*make_curl_http_client({.endpoint = Endpoint::parse(behind).value()}, clock)),
      watched_([this](const HttpRequest& request) { return pass_on(request); }) {
  auto server = HttpServer::listen(
      "127.0.0.1:0", [this](const HttpRequest& request) { return watched_.handle(request); });
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
}

void EtcdFront::give_lease_to(const std::string& holder, const std::string& service) const {
  const auto client = *make_curl_http_client({.endpoint = Endpoint::parse(url()).value()}, clock);
  client->start(1,
                {.method = "PUT",
                 .target = "/v2/keys/scale-fleet/locks/" + service,
                 .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                 .body = "value=" + holder});
  const auto ended = client->wait(clock.now() + std::chrono::seconds(10));
  if (ended.empty() || !ended[0].result || ended[0].result->status / 100 != 2)
    throw std::runtime_error("etcd didn't take the lease's new holder");
}

std::vector<std::string> EtcdFront::requests() {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

HttpReply EtcdFront::pass_on(const HttpRequest& request) {
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
  }
  if (request.target.find("wait=true") != std::string::npos) {
    return {.response = {.status = 200,
                         .headers = {{"Content-Type", "application/json"}, {"X-Etcd-Index", "1"}},
                         .body = {}}};
  }
  auto inner = request;
  std::erase_if(inner.headers, [](const Header& header) { return header.first != "Content-Type"; });
  inner.body = with_other_ttl(inner.body);
  etcd_->start(++last_id_, inner);
  while (true) {
    for (auto& ended : etcd_->wait(clock.now() + std::chrono::seconds(1))) {
      if (ended.id != last_id_) continue;
      if (!ended.result) return {.response = {}, .delivery = Delivery::closed};
      return {.response = {.status = ended.result->status,
                           .headers = {{"Content-Type", "application/json"}},
                           .body = std::move(ended.result->body)}};
    }
  }
}

}  // namespace scale_fleet
